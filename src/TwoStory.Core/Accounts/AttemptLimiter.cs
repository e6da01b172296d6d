using System.Security.Cryptography;
using System.Text;
using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>Limits of attempts to sign in, to register and to follow a link, for each address and account. Configuration section <c>Attempts</c>.</summary>
public sealed class AttemptLimits
{
    /// <summary>Failed sign-ins for one e-mail address.</summary>
    public AttemptLimit SignInByEmail { get; set; } = new(10, TimeSpan.FromSeconds(30));

    /// <summary>Sign-ins and refreshes from one network address.</summary>
    public AttemptLimit SignInByAddress { get; set; } = new(300, TimeSpan.FromMilliseconds(200));

    /// <summary>Registrations from one network address.</summary>
    public AttemptLimit RegisterByAddress { get; set; } = new(120, TimeSpan.FromSeconds(1));

    /// <summary>Registrations with one e-mail address.</summary>
    public AttemptLimit RegisterByEmail { get; set; } = new(10, TimeSpan.FromSeconds(30));

    /// <summary>Password reset requests for one e-mail address.</summary>
    public AttemptLimit ForgotByEmail { get; set; } = new(5, TimeSpan.FromMinutes(5));

    /// <summary>Password reset requests from one network address.</summary>
    public AttemptLimit ForgotByAddress { get; set; } = new(30, TimeSpan.FromSeconds(10));

    /// <summary>Invalid links (invitations, password resets) followed from one network address.</summary>
    public AttemptLimit LinkByAddress { get; set; } = new(30, TimeSpan.FromSeconds(10));

    /// <summary>Links sent to one e-mail address that were followed.</summary>
    public AttemptLimit LinkByEmail { get; set; } = new(10, TimeSpan.FromSeconds(30));
}

/// <param name="Burst">The number of attempts allowed at once, 1 or more.</param>
/// <param name="Each">The time after which one more attempt is allowed.</param>
public sealed record AttemptLimit(int Burst, TimeSpan Each);

/// <summary>Limits attempts across all instances with the generic cell rate algorithm: one row per key.</summary>
public sealed class AttemptLimiter(Database database, AuditLog audit)
{
    sealed record Result(bool Granted, TimeSpan Wait);

    /// <summary>Counts one attempt from a network address.</summary>
    /// <param name="subject">The name of the limit, such as <c>sign-in-address</c>.</param>
    /// <param name="origin">The origin of the attempt. Only a hash of the address is stored.</param>
    /// <param name="email">The e-mail address of the account, for the audit log; null if unknown.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="cancel">Cancels the statement.</param>
    /// <exception cref="TooManyAttemptsException">The limit is exceeded.</exception>
    public Task TakeByAddressAsync(string subject, Origin origin, string? email, AttemptLimit limit, CancellationToken cancel) =>
        TakeAsync(subject, origin.Address, email, origin, limit, cancel);

    /// <summary>Counts one attempt at the account of an e-mail address. Only a hash of the address is stored.</summary>
    /// <exception cref="TooManyAttemptsException">The limit is exceeded.</exception>
    public Task TakeByEmailAsync(string subject, string email, Origin origin, AttemptLimit limit, CancellationToken cancel) =>
        TakeAsync(subject, email, email, origin, limit, cancel);

    async Task TakeAsync(string subject, string identity, string? email, Origin origin, AttemptLimit limit, CancellationToken cancel)
    {
        var result = await database.QueryFirstAsync<Result>(
            """
            insert into rate_limits as r (key, theoretical_arrival, granted) values (@key, clock_timestamp() + @each, true)
            on conflict (key) do update set
                granted = r.theoretical_arrival <= excluded.theoretical_arrival + @slack - @each,
                theoretical_arrival = case
                    when r.theoretical_arrival <= excluded.theoretical_arrival + @slack - @each
                    then greatest(r.theoretical_arrival + @each, excluded.theoretical_arrival)
                    else r.theoretical_arrival end
            returning granted, r.theoretical_arrival - @slack - clock_timestamp() as wait
            """,
            new { key = Key(subject, identity), each = limit.Each, slack = limit.Each * (limit.Burst - 1) }, cancel);
        if (result!.Granted) return;
        await audit.AddThrottledAsync(subject, email, origin, cancel);
        throw new TooManyAttemptsException(result.Wait > TimeSpan.FromSeconds(1) ? result.Wait : TimeSpan.FromSeconds(1));
    }

    /// <summary>Refunds an attempt that succeeded.</summary>
    public Task RefundAsync(string subject, string identity, AttemptLimit limit, CancellationToken cancel) =>
        database.ExecuteAsync(
            "update rate_limits set theoretical_arrival = theoretical_arrival - @each where key = @key",
            new { key = Key(subject, identity), each = limit.Each }, cancel);

    static string Key(string subject, string identity) =>
        $"attempt:{subject}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity.Trim().ToLowerInvariant())).AsSpan(0, 16))}";
}
