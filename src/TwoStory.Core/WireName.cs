using System.Text.Json;

namespace TwoStory.Core;

/// <summary>Converts enum members to the snake_case names of the API and the database: <c>NearbySale</c> is <c>nearby_sale</c>.</summary>
public static class WireName
{
    public static string From<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <exception cref="ArgumentException">No member has this name.</exception>
    public static T Parse<T>(string name) where T : struct, Enum =>
        Enum.Parse<T>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
