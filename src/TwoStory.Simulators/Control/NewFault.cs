using System.Text.Json.Serialization;

namespace TwoStory.Simulators.Control;

/// <summary>The body of POST /simulators/faults.</summary>
/// <param name="Provider">spark, rentCast, nominatim, census or resend.</param>
/// <param name="Fault">The kind of fault.</param>
/// <param name="Status">For status: 400 to 599.</param>
/// <param name="Code">For status: the provider's own code where a status has several, such as 1515 or daily_quota_exceeded.</param>
/// <param name="Probability">Above 0 and at most 1, evaluated for each matching request. The default is 1.</param>
/// <param name="Count">How often it applies. The default is without limit.</param>
/// <param name="RetryAfterSeconds">For status: the Retry-After header; none by default.</param>
/// <param name="Credential">Only requests whose credential starts with this text.</param>
/// <param name="PathContains">Only requests whose path and query, decoded, contain this.</param>
/// <param name="Milliseconds">For latency.</param>
/// <param name="Seconds">For stall: the longest time. The default is without limit.</param>
/// <param name="After">For status, stall, reset and notJson: the request is executed first and its response is lost.</param>
/// <param name="Seed">Seed of the random numbers for probability.</param>
/// <param name="Profile">chaos: many faults at once. Only provider (default: all) and seed are allowed with it.</param>
sealed record NewFault(
    string? Provider,
    FaultKind? Fault,
    int? Status = null,
    string? Code = null,
    double? Probability = null,
    int? Count = null,
    int? RetryAfterSeconds = null,
    string? Credential = null,
    string? PathContains = null,
    int? Milliseconds = null,
    double? Seconds = null,
    bool After = false,
    int? Seed = null,
    string? Profile = null)
{
    /// <summary>The validation error in one line, or null.</summary>
    public string? Problem() => this switch
    {
        { Profile: not null and not ChaosProfile.Name } => $"profile must be {ChaosProfile.Name}",
        { Profile: not null } when this != new NewFault(Provider, null, Seed: Seed, Profile: Profile) => "a profile takes provider and seed only",
        { Profile: not null, Provider: null } => null,
        { Provider: null } => $"provider must be one of {string.Join(", ", ProviderNames.All)}",
        _ when !ProviderNames.All.Contains(Provider, StringComparer.OrdinalIgnoreCase) =>
            $"provider must be one of {string.Join(", ", ProviderNames.All)}, not '{Provider}'",
        { Profile: not null } => null,
        { Fault: null } => "fault is required",
        { Fault: FaultKind.Status, Status: null or < 400 or > 599 } => "status must be from 400 to 599",
        { Fault: FaultKind.Latency, Milliseconds: null or < 1 or > 600_000 } => "milliseconds must be from 1 to 600000",
        { Probability: <= 0 or > 1 } => "probability must be above 0 and at most 1",
        { Count: < 1 } => "count must be at least 1",
        { RetryAfterSeconds: < 0 } => "retryAfterSeconds must be at least 0",
        { Seconds: <= 0 or > 86_400 } => "seconds must be above 0 and at most 86400",
        _ when Fault!.Value.IsOfSpark() && !Provider.Equals(ProviderNames.Spark, StringComparison.OrdinalIgnoreCase) =>
            $"this fault is for provider {ProviderNames.Spark} only",
        _ => null,
    };
}

/// <summary>The kinds of faults in a provider's response.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
enum FaultKind
{
    /// <summary>An HTTP status with that provider's error body.</summary>
    [JsonStringEnumMemberName("status")]
    Status,

    /// <summary>No response until the client disconnects or the seconds have passed; then the connection is reset.</summary>
    [JsonStringEnumMemberName("stall")]
    Stall,

    /// <summary>The connection is reset before the response.</summary>
    [JsonStringEnumMemberName("reset")]
    Reset,

    /// <summary>Valid headers and half of the body, then the connection is reset.</summary>
    [JsonStringEnumMemberName("truncated")]
    Truncated,

    /// <summary>A web page with status 200 instead of JSON.</summary>
    [JsonStringEnumMemberName("notJson")]
    NotJson,

    /// <summary>The correct response after a delay.</summary>
    [JsonStringEnumMemberName("latency")]
    Latency,

    /// <summary>Spark: a token that its grant endpoint issued expires early, permanently.</summary>
    [JsonStringEnumMemberName("expiredToken")]
    ExpiredToken,

    /// <summary>Spark pages: every row twice.</summary>
    [JsonStringEnumMemberName("duplicateRows")]
    DuplicateRows,

    /// <summary>Spark pages: the next link leads to the same page.</summary>
    [JsonStringEnumMemberName("repeatPage")]
    RepeatPage,

    /// <summary>Spark pages: the next link leads to another host.</summary>
    [JsonStringEnumMemberName("foreignNextLink")]
    ForeignNextLink,

    /// <summary>Spark pages: generated rows with missing and absurd values follow the real ones.</summary>
    [JsonStringEnumMemberName("nullValues")]
    NullValues,
}

static class FaultKinds
{
    public static bool IsOfSpark(this FaultKind kind) => kind >= FaultKind.ExpiredToken;

    public static bool IsOfPages(this FaultKind kind) => kind >= FaultKind.DuplicateRows;
}

/// <summary>A profile of many faults at once, each for a share of a provider's requests.</summary>
static class ChaosProfile
{
    public const string Name = "chaos";

    // At most one of these applies to a request. Shares refer to all requests, although a later fault is evaluated only if no earlier one applied.
    static readonly (FaultKind Fault, double Share, int? Status)[] Endings =
    [
        (FaultKind.Status, 0.10, 429), (FaultKind.Status, 0.025, 500), (FaultKind.Status, 0.025, 502), (FaultKind.Stall, 0.02, null),
            (FaultKind.Truncated, 0.01, null),
    ];

    static readonly FaultKind[] OfSpark = [FaultKind.ExpiredToken, FaultKind.DuplicateRows];

    const double SparkShare = 0.01;

    /// <param name="provider">Null: all of them.</param>
    /// <param name="seed">The same seed gives the same sequence for each fault.</param>
    public static IEnumerable<NewFault> Faults(string? provider, int seed) =>
        (provider is null ? ProviderNames.All : [provider]).SelectMany(From).Select((fault, number) => fault with { Seed = unchecked((seed * 101) + number) });

    static IEnumerable<NewFault> From(string provider)
    {
        var left = 1.0;
        foreach (var (fault, share, status) in Endings)
        {
            yield return new NewFault(provider, fault, status, Probability: share / left);
            left -= share;
        }

        if (!provider.Equals(ProviderNames.Spark, StringComparison.OrdinalIgnoreCase))
        {
            yield break;
        }

        foreach (var fault in OfSpark)
        {
            yield return new NewFault(provider, fault, Probability: SparkShare);
        }
    }
}
