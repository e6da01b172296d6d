using Npgsql;
using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>Reads and changes the settings of an organization.</summary>
public sealed class OrganizationService(Database database, OrganizationStore organizations)
{
    public Task<Organization> GetAsync(Caller caller, CancellationToken cancel) => organizations.GetAsync(caller, cancel);

    /// <param name="caller">An admin or owner of the organization.</param>
    /// <param name="expected">The version that the caller read; null to change any version.</param>
    /// <param name="change">Creates the new settings from the present ones. Called again after a concurrent change.</param>
    /// <param name="cancel">Cancels the operation.</param>
    /// <exception cref="PreconditionFailedException">The organization has changed since that version.</exception>
    /// <exception cref="ValidationException">A setting is out of range.</exception>
    public async Task<Organization> UpdateAsync(
        Caller caller, int? expected, Func<OrganizationSettings, OrganizationSettings> change, CancellationToken cancel)
    {
        while (true)
        {
            var current = await organizations.GetAsync(caller, cancel);
            if (expected is not null && expected != current.Version) throw Changed();
            var settings = change(OrganizationSettings.From(current)).Validated();
            var updated = await database.Tenant(caller.OrganizationId).TransactAsync(async transaction =>
            {
                var organization = await organizations.UpdateAsync(transaction, caller.OrganizationId, settings, current.Version);
                var changes = settings.ChangesFrom(OrganizationSettings.From(current));
                if (organization is not null && changes.Length > 0)
                {
                    await AuditLog.AddAsync(transaction, caller.Did(AuditAction.OrganizationChanged, detail: changes));
                }
                return organization;
            }, cancel);
            if (updated is not null) return updated;
        }
    }

    static PreconditionFailedException Changed() =>
        new("organization_changed", "The organization has changed since you read it. Read it again and repeat the change.");
}

/// <summary>Reads and writes organizations.</summary>
public sealed class OrganizationStore(Database database, TimeProvider time)
{
    sealed record Row(
        Guid Id, string Name, SubscriptionTier SubscriptionTier, string TimeZone, decimal RadiusMiles, int WindowDays, decimal ValueChangePercent,
        string EmailMode, int? SparkCap, int? RentCastCap, CredentialStatus SparkCredentialsStatus, int Version, DateTime CreatedAt, DateTime UpdatedAt)
    {
        public Organization Organization => new(
            Id, Name, SubscriptionTier, TimeZone, RadiusMiles, WindowDays, ValueChangePercent, WireName.Parse<EmailMode>(EmailMode),
            new MonthlyCaps(SparkCap, RentCastCap), SparkCredentialsStatus, Version, CreatedAt, UpdatedAt);
    }

    static string Columns(string sparkCap, string rentCastCap) =>
        $"""
        id, name, subscription_tier, time_zone, radius_miles, window_days, value_change_percent, email_mode,
        {sparkCap} as spark_cap, {rentCastCap} as rent_cast_cap, spark_credentials_status, version, created_at, updated_at
        """;

    static string StoredCap(string provider) =>
        $"(select b.cap from usage_budgets b where b.organization_id = $1 and b.provider = '{provider}')";

    /// <summary>Selects the organization, to be read by <see cref="Read"/>.</summary>
    internal static TenantStatement Select { get; } =
        new($"select {Columns(StoredCap("spark"), StoredCap("rentcast"))} from organizations where id = $1");

    internal static Organization Read(NpgsqlDataReader row) => new Row(
        row.GetGuid(0), row.GetString(1), WireName.Parse<SubscriptionTier>(row.GetString(2)), row.GetString(3), row.GetDecimal(4), row.GetInt32(5),
        row.GetDecimal(6), row.GetString(7), row.GetNullable<int?>(8), row.GetNullable<int?>(9), WireName.Parse<CredentialStatus>(row.GetString(10)),
        row.GetInt32(11), row.GetDateTime(12), row.GetDateTime(13)).Organization;

    /// <exception cref="NotFoundException">The organization was removed.</exception>
    public async Task<Organization> GetAsync(Caller caller, CancellationToken cancel)
    {
        var rows = await database.Tenant(caller).RowsAsync(Select, Read, cancel);
        return rows.Count > 0 ? rows[0] : throw Missing();
    }

    /// <returns>The caller and their organization.</returns>
    /// <exception cref="NotFoundException">The user or the organization was removed.</exception>
    public Task<(User User, Organization Organization)> MeAsync(Caller caller, CancellationToken cancel) => database.Tenant(caller).BatchAsync(
        [UserStore.Select(caller.UserId), Select],
        async results => (await results.FirstAsync(UserStore.Read) ?? throw Missing(), await results.FirstAsync(Read) ?? throw Missing()), cancel);

    static NotFoundException Missing() => new("organization_not_found", "The organization no longer exists.");

    internal static async Task<Organization> AddAsync(Transaction transaction, Guid id, string name, string timeZone)
    {
        var row = await transaction.QueryFirstAsync<Row>(
            $"insert into organizations (id, name, time_zone) values (@id, @name, @timeZone) returning {Columns("null::int", "null::int")}",
            new { id, name, timeZone });
        return row!.Organization;
    }

    /// <returns>The changed organization; null if its version is no longer <paramref name="version"/>.</returns>
    internal async Task<Organization?> UpdateAsync(Transaction transaction, Guid organizationId, OrganizationSettings settings, int version)
    {
        var row = await transaction.QueryFirstAsync<Row>(
            $"""
            with updated as (
                update organizations set
                    name = @Name, time_zone = @TimeZone, radius_miles = @RadiusMiles, window_days = @WindowDays,
                    value_change_percent = @ValueChangePercent, email_mode = @emailMode, version = version + 1, updated_at = now()
                where id = @organizationId and version = @version
                returning {Columns("@Spark::int", "@RentCast::int")}
            ), capped as (
                insert into usage_budgets (organization_id, provider, cap, month)
                select u.id, c.provider, c.cap, @month from updated u, (values ('spark', @Spark::int), ('rentcast', @RentCast::int)) as c (provider, cap)
                on conflict (organization_id, provider) do update set cap = excluded.cap
            )
            select * from updated
            """,
            new
            {
                settings.Name,
                settings.TimeZone,
                settings.RadiusMiles,
                settings.WindowDays,
                settings.ValueChangePercent,
                emailMode = WireName.From(settings.EmailMode!.Value),
                version,
                organizationId,
                settings.MonthlyCaps?.Spark,
                settings.MonthlyCaps?.RentCast,
                month = MonthlyCaps.FirstOfMonth(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)),
            });
        return row?.Organization;
    }
}
