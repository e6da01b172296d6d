using System.Net.Http.Json;
using System.Text.Json;
using TwoStory.Core.Data;
using TwoStory.Simulators;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Crash;

/// <summary>The requests that a provider received and those in the ledger.</summary>
sealed record ProviderUse(string Provider, int Seen, int Counted, int Unsettled)
{
    public static async Task<IReadOnlyList<ProviderUse>> ReadAsync(TestHost providers, Database database)
    {
        var seen = await providers.Client.GetFromJsonAsync<JsonElement>("/simulators/calls");
        var counted = await database.QueryAsync<(string Provider, long Calls, long Unsettled)>(
            "select provider, sum(calls)::bigint, sum(unsettled)::bigint from api_usage group by provider", null, default);
        return
        [
            .. from name in ProviderNames.All
               let row = counted.FirstOrDefault(row => row.Provider.Equals(name, StringComparison.OrdinalIgnoreCase))
               select new ProviderUse(name, seen.GetProperty(name).GetProperty("total").GetInt32(), (int)row.Calls, (int)row.Unsettled),
        ];
    }

    /// <summary>A call that was cut off stays counted and unsettled: the provider may have seen it, or not.</summary>
    public void AssertCounted(string where) => Assert.True(Seen <= Counted && Counted - Seen <= Unsettled, $"{this}; {where}");
}
