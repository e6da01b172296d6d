using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace TwoStory.Core.Leads;

/// <summary>A lead with the newest of what was found about their home.</summary>
public sealed record LeadDetail : Lead
{
    [SetsRequiredMembers]
    internal LeadDetail(Lead lead, IReadOnlyList<HomeValue> values, IReadOnlyList<NearbySale> sales) : base(lead) =>
        (ValueHistory, NearbySales) = (values, sales);

    /// <summary>The newest value; null before the first, and where there is no estimate.</summary>
    [JsonPropertyOrder(1)]
    public HomeValue? Value => ValueHistory.Count > 0 ? ValueHistory[0] : null;

    /// <summary>The newest 100, newest first.</summary>
    [JsonPropertyOrder(2)]
    public IReadOnlyList<HomeValue> ValueHistory { get; }

    /// <summary>The newest 100 by close date, newest first.</summary>
    [JsonPropertyOrder(3)]
    public IReadOnlyList<NearbySale> NearbySales { get; }
}
