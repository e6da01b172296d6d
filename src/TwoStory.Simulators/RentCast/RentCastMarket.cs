using System.Globalization;
using System.Text.Json.Nodes;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.RentCast;

/// <summary>The market statistics of a zip code from the last twelve months of sales.</summary>
static class RentCastMarket
{
    public static JsonObject? From(string zipCode, SaleBook book, DateOnly today, int months)
    {
        var sales = book.Closed(today.AddMonths(-months), today).ToArray().Where(sale => sale.Home.Address.PostalCode == zipCode).ToList();
        if (sales.Count == 0)
        {
            return null;
        }

        var data = Statistics(sales, today);
        data["lastUpdatedDate"] = RentCastRecords.Day(today);
        data["dataByPropertyType"] = new JsonArray([.. sales.GroupBy(sale => sale.Home.Type).OrderBy(type => type.Key)
            .Select(type => Named("propertyType", RentCastRecords.TypeName(type.Key), Statistics(type, today)))]);
        data["dataByBedrooms"] = new JsonArray([.. sales.GroupBy(sale => sale.Home.Bedrooms).OrderBy(size => size.Key)
            .Select(size => Named("bedrooms", size.Key, Statistics(size, today)))]);
        data["history"] = new JsonObject(sales.GroupBy(Month).OrderBy(month => month.Key, StringComparer.Ordinal)
            .Select(month => KeyValuePair.Create<string, JsonNode?>(
                month.Key, Named("date", $"{month.Key}-01T00:00:00.000Z", Statistics(month, today)))));
        return new() { ["id"] = zipCode, ["zipCode"] = zipCode, ["saleData"] = data };
    }

    static JsonObject Statistics(IEnumerable<ClosedSale> sales, DateOnly today)
    {
        var all = sales.ToList();
        var result = new JsonObject();
        Add(result, "Price", all.Select(sale => (double)sale.ListPrice));
        Add(result, "PricePerSquareFoot", all.Select(sale => (double)sale.ListPrice / sale.Home.SquareFeet));
        Add(result, "SquareFootage", all.Select(sale => (double)sale.Home.SquareFeet));
        Add(result, "DaysOnMarket", all.Select(sale => (double)sale.DaysOnMarket));
        result["newListings"] = all.Count(sale => sale.CloseDate > today.AddMonths(-1));
        result["totalListings"] = all.Count;
        return result;
    }

    static void Add(JsonObject result, string what, IEnumerable<double> numbers)
    {
        var sorted = numbers.Order().ToList();
        result[$"average{what}"] = Math.Round(sorted.Average(), 1);
        result[$"median{what}"] = Math.Round(sorted[sorted.Count / 2], 1);
        result[$"min{what}"] = Math.Round(sorted[0], 1);
        result[$"max{what}"] = Math.Round(sorted[^1], 1);
    }

    static JsonObject Named(string name, JsonNode value, JsonObject statistics)
    {
        statistics.Insert(0, name, value);
        return statistics;
    }

    static string Month(ClosedSale sale) => sale.CloseDate.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
