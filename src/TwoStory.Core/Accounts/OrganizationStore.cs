using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>Organizations as rows.</summary>
public sealed class OrganizationStore(Database database)
{
    sealed record Row(
        Guid Id, string Name, SubscriptionTier SubscriptionTier, string TimeZone, decimal RadiusMiles, int WindowDays, decimal ValueChangePercent,
        string EmailMode, CredentialStatus SparkCredentialsStatus, int Version, DateTime CreatedAt, DateTime UpdatedAt)
    {
        public Organization Organization => new(
            Id, Name, SubscriptionTier, TimeZone, RadiusMiles, WindowDays, ValueChangePercent, WireName.Parse<EmailMode>(EmailMode),
            SparkCredentialsStatus, Version, CreatedAt, UpdatedAt);
    }

    const string Columns =
        """
        id, name, subscription_tier, time_zone, radius_miles, window_days, value_change_percent, email_mode,
        spark_credentials_status, version, created_at, updated_at
        """;

    /// <exception cref="NotFound">It was removed.</exception>
    public async Task<Organization> GetAsync(Guid organizationId, CancellationToken cancel)
    {
        var row = await database.Tenant(organizationId).QueryFirstAsync<Row>(
            $"select {Columns} from organizations where id = @organizationId", null, cancel);
        return row?.Organization ?? throw new NotFound("organization_not_found", "The organization does not exist any more.");
    }

    internal static async Task<Organization> AddAsync(Transaction transaction, Guid id, string name, string timeZone)
    {
        var row = await transaction.QueryFirstAsync<Row>(
            $"insert into organizations (id, name, time_zone) values (@id, @name, @timeZone) returning {Columns}", new { id, name, timeZone });
        return row!.Organization;
    }

    /// <returns>The organization as it is now; null when its version is not <paramref name="version"/> any more.</returns>
    internal static async Task<Organization?> UpdateAsync(Transaction transaction, Guid organizationId, OrganizationSettings settings, int version)
    {
        var row = await transaction.QueryFirstAsync<Row>(
            $"""
            update organizations set
                name = @Name, time_zone = @TimeZone, radius_miles = @RadiusMiles, window_days = @WindowDays,
                value_change_percent = @ValueChangePercent, email_mode = @emailMode, version = version + 1, updated_at = now()
            where id = @organizationId and version = @version
            returning {Columns}
            """,
            new
            {
                settings.Name,
                settings.TimeZone,
                settings.RadiusMiles,
                settings.WindowDays,
                settings.ValueChangePercent,
                emailMode = WireName.Of(settings.EmailMode!.Value),
                version,
                organizationId,
            });
        return row?.Organization;
    }
}
