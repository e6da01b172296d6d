using System.Text.Json;

namespace TwoStory.Core.Valuations;

/// <summary>The settings of one run of the property-value job, frozen when it was planned.</summary>
/// <param name="Leads">How many leads are due.</param>
/// <param name="Today">The organization's local date: the day its valuations are of.</param>
/// <param name="ThresholdPercent">The least change worth telling, in percent.</param>
/// <param name="EmailMode">per_run or off.</param>
sealed record PropertyValuesPlan(int Leads, DateOnly Today, decimal ThresholdPercent, string EmailMode)
{
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static PropertyValuesPlan FromJson(string json) => JsonSerializer.Deserialize<PropertyValuesPlan>(json, JsonSerializerOptions.Web)!;
}
