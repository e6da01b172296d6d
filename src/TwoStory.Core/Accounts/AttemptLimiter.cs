using System.Security.Cryptography;
using System.Text;
using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>How often one address or one account may try to sign in, to register, or to follow a link. Configuration section <c>Attempts</c>.</summary>
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

    /// <summary>Forgotten passwords of one e-mail address.</summary>
    public AttemptLimit ForgotByEmail { get; set; } = new(5, TimeSpan.FromMinutes(5));

    /// <summary>Forgotten passwords from one network address.</summary>
    public AttemptLimit ForgotByAddress { get; set; } = new(30, TimeSpan.FromSeconds(10));

    /// <summary>Links of mails (invitations, new passwords) followed in vain from one network address.</summary>
    public AttemptLimit LinkByAddress { get; set; } = new(30, TimeSpan.FromSeconds(10));

    /// <summary>Links of mails to one e-mail address that were followed.</summary>
    public AttemptLimit LinkByEmail { get; set; } = new(10, TimeSpan.FromSeconds(30));
}

/// <param name="Burst">How many may come at once, 1 and more.</param>
/// <param name="Each">How long it takes until one more may come.</param>
public sealed record AttemptLimit(int Burst, TimeSpan Each);

/// <summary>Slows down guessing, for all instances together: one number per key, by the generic cell rate algorithm.</summary>
public sealed class AttemptLimiter(Database database, AuditLog audit)
{
    sealed record Verdict(bool Granted, TimeSpan Wait);

    /// <summary>Takes one attempt from a network address.</summary>
    /// <param name="subject">What is limited, such as <c>sign-in-address</c>.</param>
    /// <param name="origin">Who tries; the address is kept only as a hash.</param>
    /// <param name="email">Whose account is tried, for the audit log; null when that is not known.</param>
    /// <param name="limit">How often they may.</param>
    /// <param name="cancel">Stops waiting for the database.</param>
    /// <exception cref="TooManyAttemptsException">There have been too many.</exception>
    public Task TakeByAddressAsync(string subject, Origin origin, string? email, AttemptLimit limit, CancellationToken cancel) =>
        TakeAsync(subject, origin.Address, email, origin, limit, cancel);

    /// <summary>Takes one attempt at the account of an e-mail address, which is kept only as a hash.</summary>
    /// <exception cref="TooManyAttemptsException">There have been too many.</exception>
    public Task TakeByEmailAsync(string subject, string email, Origin origin, AttemptLimit limit, CancellationToken cancel) =>
        TakeAsync(subject, email, email, origin, limit, cancel);

    async Task TakeAsync(string subject, string who, string? email, Origin origin, AttemptLimit limit, CancellationToken cancel)
    {
        var verdict = await database.QueryFirstAsync<Verdict>(
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
            new { key = Key(subject, who), each = limit.Each, slack = limit.Each * (limit.Burst - 1) }, cancel);
        if (verdict!.Granted) return;
        await audit.AddThrottledAsync(subject, email, origin, cancel);
        throw new TooManyAttemptsException(verdict.Wait > TimeSpan.FromSeconds(1) ? verdict.Wait : TimeSpan.FromSeconds(1));
    }

    /// <summary>Gives an attempt back that turned out to be rightful.</summary>
    public Task RefundAsync(string subject, string who, AttemptLimit limit, CancellationToken cancel) =>
        database.ExecuteAsync(
            "update rate_limits set theoretical_arrival = theoretical_arrival - @each where key = @key",
            new { key = Key(subject, who), each = limit.Each }, cancel);

    static string Key(string subject, string who) =>
        $"attempt:{subject}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(who.Trim().ToLowerInvariant())).AsSpan(0, 16))}";
}
