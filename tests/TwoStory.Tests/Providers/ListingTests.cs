using TwoStory.Simulators.World;
using TwoStory.Tests.Api;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Providers;

[Collection("providers")]
public sealed class ListingTests(ProviderTown town)
{
    readonly TestHost host = town.Host;

    [Fact]
    public async Task An_address_in_any_spelling_finds_what_the_MLS_has_there()
    {
        var caller = await HostClient.RegisterAsync(host);
        var before = await host.CallsAsync("spark", "Property");
        var searches = 0;
        foreach (var sale in Sold().Where((_, number) => number % 400 == 0).Take(8))
        {
            var address = sale.Home.Address;
            var expected = Sold().Where(other => other.Home.Address.Street == address.Street && other.Home.Address.City == address.City)
                .Select(other => other.ListingKey).Order(StringComparer.Ordinal).ToList();
            foreach (var text in new[] { $"{address.Street}, {address.City}, {address.State} {address.PostalCode}", $"  {address.Street.ToUpperInvariant()} {address.City}" })
            {
                Assert.Equal(expected, Keys(await FindAsync(caller, text)));
                searches++;
            }
        }
        Assert.Equal((16, 16, 16), (searches, await host.CallsAsync("spark", "Property") - before, (await town.LedgerAsync(caller.Organization))["address_search"]));
    }

    [Theory]
    [InlineData("zzz' or contains(UnparsedAddress,'1")]
    [InlineData("zzz') or StandardStatus eq 'Closed' or contains(UnparsedAddress,'")]
    [InlineData("zzz''")]
    [InlineData("O'Nowhere Lane")]
    [InlineData("zzz%")]
    [InlineData("zzz%27%20or%201%20eq%201")]
    [InlineData("zzz&$filter=StandardStatus eq 'Closed'&$top=25#x")]
    [InlineData("zzz+?/\\_\"`{}|^~[]")]
    [InlineData("Straße 房子 🏠 Ünïcødé")]
    [InlineData("\u202Ezzz\u200F \u2028 \uFDFD")]
    public async Task Odd_characters_look_for_themselves_and_find_nothing(string text)
    {
        var answer = await FindAsync(await HostClient.RegisterAsync(host), text);

        Assert.Equal((200, 0), (answer.Status, answer.Items.Count));
    }

    [Fact]
    public async Task A_long_list_comes_in_pages_without_a_listing_twice()
    {
        var caller = await HostClient.RegisterAsync(host);
        var name = Sold().GroupBy(sale => sale.Home.Address.StreetName.Name).Where(street => street.Key.Length > 4 && street.Key.All(char.IsAsciiLetter))
            .MinBy(street => Math.Abs(street.Count() - 30))!.Key;
        var expected = Sold().Where(sale => sale.Home.Address.OneLine.Split(' ', ',').Any(word => word.StartsWith(name, StringComparison.Ordinal)))
            .Select(sale => sale.ListingKey).Order(StringComparer.Ordinal).ToList();
        Assert.True(expected.Count > 14);

        var found = new List<string>();
        for (string? after = ""; after is not null;)
        {
            var page = await FindAsync(caller, name, after.Length == 0 ? "&limit=7" : $"&limit=7&after={after}");
            Assert.InRange(page.Items.Count, 0, 7);
            found.AddRange(Keys(page));
            after = page.Text("next");
        }

        Assert.Equal(expected, found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_server_without_tolower_gets_the_text_as_typed()
    {
        var caller = await HostClient.RegisterAsync(host);
        var sale = Sold().Last();
        await host.FaultAsync(new { provider = "spark", fault = "status", status = 400, pathContains = "tolower" });

        var answer = await FindAsync(caller, sale.Home.Address.OneLine);
        await host.ClearFaultsAsync();

        Assert.Contains(sale.ListingKey, Keys(answer));
    }

    [Fact]
    public async Task Invalid_search_text_is_refused_before_any_request()
    {
        var caller = await HostClient.RegisterAsync(host);
        foreach (var query in new[] { "", "?address=", "?address=%27%25", "?address=main&limit=101", "?address=main&after=none", "?address=main&status=Active", $"?address={new string('a', 201)}", "?address=%00" })
        {
            var answer = await caller.GetAsync($"listings{query}");
            Assert.Equal((400, "validation_failed"), (answer.Status, answer.Code));
        }
        Assert.Empty(await town.LedgerAsync(caller.Organization));
    }

    [Fact]
    public async Task One_listing_is_shown_as_the_MLS_has_it_or_not_at_all()
    {
        var caller = await HostClient.RegisterAsync(host);
        var sale = Sold().Last();

        var listing = await caller.GetAsync($"listings/{sale.ListingKey}");

        Assert.Equal((200, sale.ListingKey, sale.ListingId, "Closed"), (listing.Status, listing.Text("listingKey"), listing.Text("listingId"), listing.Text("status")));
        Assert.Equal((sale.ClosePrice, sale.Home.SquareFeet, sale.Home.Address.OneLine), (listing["closePrice"].GetDecimal(), (int)listing["squareFeet"].GetDecimal(), listing.Text("addressLine")));
        foreach (var key in new[] { "9", "9'%20or%20'1'%20eq%20'1", Uri.EscapeDataString($"{sale.ListingKey}')"), "%F0%9F%8F%A0" })
        {
            var missing = await caller.GetAsync($"listings/{key}");
            Assert.Equal((404, "listing_not_found"), (missing.Status, missing.Code));
        }
        Assert.Equal(5, (await town.LedgerAsync(caller.Organization))["get"]);
        Assert.Equal("spark_credentials_missing", (await (await HostClient.RegisterAsync(host, sparkToken: null)).GetAsync("listings/9")).Code);
    }

    ClosedSale[] Sold() => host.Get<SaleBook>().Closed(DateOnly.MinValue, town.Clock.Today).ToArray();

    static Task<Answer> FindAsync(HostClient caller, string address, string more = "") =>
        caller.GetAsync($"listings?address={Uri.EscapeDataString(address)}{more}");

    static List<string> Keys(Answer answer) => [.. answer.Items.Select(listing => listing.GetProperty("listingKey").GetString()!).Order(StringComparer.Ordinal)];
}
