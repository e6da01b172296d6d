using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace TwoStory.Core.Leads;

/// <summary>A lead that was just added, and what was filled in from the home's public record.</summary>
public sealed record CreatedLead : Lead
{
    /// <param name="lead">As it is kept.</param>
    /// <param name="filled">The fields that were filled in.</param>
    /// <param name="notFilled">Why nothing was; null when something was, or nobody asked.</param>
    [SetsRequiredMembers]
    public CreatedLead(Lead lead, IReadOnlyList<string> filled, string? notFilled) : base(lead) => (Filled, NotFilled) = (filled, notFilled);

    /// <summary>The fields that the lead came without and that the record had, such as <c>bedrooms</c>.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<string> Filled { get; }

    /// <summary>
    /// Why nothing was filled in although that was asked for: nothing_missing, no_address, not_found, nothing_known, timed_out, or
    /// the provider's code such as rentcast_budget_spent. The lead is kept all the same.
    /// </summary>
    [JsonPropertyOrder(2)]
    public string? NotFilled { get; }
}
