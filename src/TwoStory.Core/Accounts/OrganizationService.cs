using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>Reads and changes an organization's settings.</summary>
public sealed class OrganizationService(Database database, OrganizationStore organizations)
{
    public Task<Organization> GetAsync(Guid organizationId, CancellationToken cancel) => organizations.GetAsync(organizationId, cancel);

    /// <param name="caller">Who changes their organization's settings.</param>
    /// <param name="expected">The version that the caller read; null to change whatever is there.</param>
    /// <param name="change">Makes the new settings of the present ones; called again when somebody else was faster.</param>
    /// <param name="cancel">Stops waiting for the database.</param>
    /// <exception cref="PreconditionFailedException">Somebody changed it since.</exception>
    /// <exception cref="ValidationException">A setting is out of range.</exception>
    public async Task<Organization> UpdateAsync(
        Caller caller, int? expected, Func<OrganizationSettings, OrganizationSettings> change, CancellationToken cancel)
    {
        while (true)
        {
            var current = await organizations.GetAsync(caller.OrganizationId, cancel);
            if (expected is not null && expected != current.Version) throw Changed();
            var settings = change(OrganizationSettings.From(current)).Validated();
            var updated = await database.Tenant(caller.OrganizationId).TransactAsync(async transaction =>
            {
                var organization = await organizations.UpdateAsync(transaction, caller.OrganizationId, settings, current.Version);
                var changes = settings.ChangesFrom(OrganizationSettings.From(current));
                if (organization is not null && changes.Length > 0) await AuditLog.AddAsync(transaction, caller.Did(AuditAction.OrganizationChanged, detail: changes));
                return organization;
            }, cancel);
            if (updated is not null) return updated;
        }
    }

    static PreconditionFailedException Changed() => new("organization_changed", "The organization has changed since you read it. Read it again and repeat the change.");
}
