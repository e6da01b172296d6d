using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Providers;

namespace TwoStory.Core.Leads;

/// <summary>A lead with the same person or home. Of a colleague's lead, an agent sees the owner only.</summary>
public sealed record LeadMatch(Guid? Id, Guid OwnerId, string? Name, string? Email, Address? Address);

/// <summary>Finds leads of an organization with the same person or home.</summary>
static class LeadDuplicates
{
    sealed record Row(
        Guid Id, Guid OwnerId, string Name, string? Email, string? Street, string? Unit, string? City, string? State, string? PostalCode)
    {
        public LeadMatch For(Caller caller) => caller.SeesAllLeads || OwnerId == caller.UserId
            ? new LeadMatch(Id, OwnerId, Name, Email, new Address(Street, Unit, City, State, PostalCode))
            : new LeadMatch(null, OwnerId, null, null, null);
    }

    /// <summary>Throws if a lead with the same e-mail address or home exists. Locks both keys until the transaction ends.</summary>
    /// <param name="self">The id of the lead itself, which is not a duplicate.</param>
    /// <exception cref="ConflictException">There are duplicates, listed in <c>matches</c>.</exception>
    public static async Task RequireNoneAsync(Transaction transaction, Caller caller, string? email, string? homeKey, Guid self)
    {
        var keys = new[] { email is null ? null : $"email {email.ToLowerInvariant()}", homeKey is null ? null : $"home {homeKey}" };
        foreach (var key in keys.OfType<string>())
        {
            await transaction.ExecuteAsync(
                "select pg_advisory_xact_lock(hashtextextended(@key, 0))", new { key = $"lead {caller.OrganizationId} {key}" });
        }
        var rows = await transaction.QueryAsync<Row>(
            """
            select id, owner_id, name, email, street, unit, city, state, postal_code from leads
            where organization_id = @OrganizationId and id <> @self and (email_key = lower(@email) or home_key = @homeKey)
            order by created_at, id limit 20
            """, new { caller.OrganizationId, self, email, homeKey });
        if (rows.Count > 0)
        {
            throw new ConflictException(
                "duplicate_lead", "The organization already has this person or this home. Send force: true to store both.",
                new Dictionary<string, object?> { ["matches"] = rows.Select(row => row.For(caller)).ToList() });
        }
    }
}
