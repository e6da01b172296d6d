namespace TwoStory.Core.Accounts;

/// <summary>Where a request comes from.</summary>
/// <param name="Address">The network address that asks.</param>
/// <param name="RequestId">Names the request in the logs.</param>
public sealed record Origin(string Address, string RequestId)
{
    /// <summary>The product itself.</summary>
    public static Origin Product { get; } = new("", "");
}
