using Npgsql;
using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>A new organization and its owner.</summary>
/// <param name="Password">10 to 72 bytes.</param>
/// <param name="TimeZone">An IANA name; default: America/Los_Angeles.</param>
public sealed record NewOrganization(string? OrganizationName, string? Name, string? Email, string? Password, string? TimeZone = null);

/// <summary>Creates an organization and its owner in one transaction.</summary>
public sealed class RegistrationService(
    Database database, SessionService sessions, PasswordHasher hasher, AttemptLimiter attempts, AttemptLimits limits)
{
    /// <param name="request">The organization and its owner.</param>
    /// <param name="origin">The origin of the request.</param>
    /// <param name="cancel">Cancels the operation.</param>
    /// <exception cref="ValidationException">A field is missing or wrong.</exception>
    /// <exception cref="ConflictException">The e-mail address already has an account.</exception>
    /// <exception cref="TooManyAttemptsException">Too many attempts.</exception>
    public async Task<(Session Session, Organization Organization)> RegisterAsync(NewOrganization request, Origin origin, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var organizationName = errors.Required("organizationName", request.OrganizationName, 200);
        var name = errors.Required("name", request.Name, 200);
        var email = EmailAddress.Required(errors, "email", request.Email);
        var password = PasswordRules.Required(errors, "password", request.Password);
        var timeZone = request.TimeZone ?? TimeZones.Default;
        errors.AddIf(!TimeZones.IsKnown(timeZone), "timeZone", "must be an IANA time zone such as America/Denver.");
        errors.ThrowIfAny();

        await attempts.TakeByAddressAsync("register-address", origin, email, limits.RegisterByAddress, cancel);
        await attempts.TakeByEmailAsync("register-email", email, origin, limits.RegisterByEmail, cancel);
        var hash = await hasher.HashAsync(password, cancel);
        try
        {
            return await database.TransactAsync(async transaction =>
            {
                var organization = await OrganizationStore.AddAsync(transaction, Guid.CreateVersion7(), organizationName, timeZone);
                var owner = await UserStore.AddAsync(transaction, organization.Id, email, name, Role.Owner, hash);
                await AuditLog.AddAsync(transaction, new AuditEntry(AuditAction.Registered, organization.Id, owner!.Id, origin));
                return (await sessions.StartAsync(transaction, owner, version: 1), organization);
            }, cancel);
        }
        catch (PostgresException error) when (error.ConstraintName == "users_email")
        {
            throw EmailTaken();
        }
    }

    internal static ConflictException EmailTaken() => new("email_taken", "This e-mail address already has an account. Sign in or use another address.");
}
