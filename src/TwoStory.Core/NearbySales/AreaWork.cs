using System.Text.Json;
using TwoStory.Core.NearbySales.Planning;

namespace TwoStory.Core.NearbySales;

/// <summary>The work of one batch of the nearby-sales job as the database keeps it.</summary>
static class AreaWork
{
    public static string Write(AreaQuery query) => JsonSerializer.Serialize(query, JsonSerializerOptions.Web);

    public static AreaQuery Read(string work) => JsonSerializer.Deserialize<AreaQuery>(work, JsonSerializerOptions.Web)!;
}
