using System.Text.Json;
using System.Text.Json.Serialization;

namespace TwoStory.Core.Alerts;

/// <summary>Why an alert was made: everything that <see cref="AlertRules"/> was given, the rules' version, and what it decided.</summary>
public sealed record Evidence(int RuleVersion, Observation Observation, Rule Rule, AlertState State, Decision Decision)
{
    // The database keeps evidence as jsonb, which does not keep the order of properties.
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        AllowOutOfOrderMetadataProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static Evidence From(Observation observation, Rule rule, AlertState state) =>
        new(AlertRules.Version, observation, rule, state, AlertRules.Decide(observation, rule, state));

    /// <summary>Decides again from what is kept.</summary>
    public Decision Recompute() => AlertRules.Decide(Observation, Rule, State);

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="JsonException">The text is no evidence.</exception>
    public static Evidence FromJson(string json) => JsonSerializer.Deserialize<Evidence>(json, Json) ?? throw new JsonException("Evidence is null.");
}
