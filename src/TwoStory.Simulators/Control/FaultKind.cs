using System.Text.Json.Serialization;

namespace TwoStory.Simulators.Control;

/// <summary>What can go wrong with a provider's answer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
enum FaultKind
{
    /// <summary>An HTTP status with that provider's error body.</summary>
    [JsonStringEnumMemberName("status")]
    Status,

    /// <summary>Nothing comes, until the client gives up or the seconds are over; then the connection breaks.</summary>
    [JsonStringEnumMemberName("stall")]
    Stall,

    /// <summary>The connection breaks before anything is answered.</summary>
    [JsonStringEnumMemberName("reset")]
    Reset,

    /// <summary>Valid headers, half the body, then the connection breaks.</summary>
    [JsonStringEnumMemberName("truncated")]
    Truncated,

    /// <summary>A web page with status 200 where JSON belongs.</summary>
    [JsonStringEnumMemberName("notJson")]
    NotJson,

    /// <summary>The right answer, later.</summary>
    [JsonStringEnumMemberName("latency")]
    Latency,

    /// <summary>Spark: a token that its grant endpoint issued has expired before its time, for good.</summary>
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

    /// <summary>Spark pages: made-up rows with missing and absurd values follow the real ones.</summary>
    [JsonStringEnumMemberName("nullValues")]
    NullValues,
}

static class FaultKinds
{
    public static bool IsOfSpark(this FaultKind kind) => kind >= FaultKind.ExpiredToken;

    public static bool IsOfPages(this FaultKind kind) => kind >= FaultKind.DuplicateRows;
}
