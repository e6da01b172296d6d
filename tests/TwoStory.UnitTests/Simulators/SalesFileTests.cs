using TwoStory.Simulators.World;

namespace TwoStory.Tests.Simulators;

public sealed class SalesFileTests : IDisposable
{
    const string Header =
        "close_date,parcel_id,close_price,bedrooms,bathrooms,living_area_sqft,lot_sqft,year_built,postal_code,latitude,longitude";

    const string Good = "2015-02-20,7171200445,550700,2,1.0,1010,5000,1908,98105,47.6692,-122.297";
    static readonly DateOnly Today = new(2026, 11, 22);

    readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void The_given_day_becomes_today_and_every_other_day_moves_along()
    {
        Write(Header, Good, "2015-02-13,42,300000,3,2.25,1500,6000,1950,98042,47.4,-122.1");
        var sales = SalesFile.Load(path, new DateOnly(2015, 2, 20), Today);
        Assert.Equal([Today, Today.AddDays(-7)], sales.Select(sale => sale.CloseDate));
        Assert.Equal(["7171200445-2015-02-20", "42-2015-02-13"], sales.Select(sale => sale.ListingId));
        Assert.All(sales, sale => Assert.Matches("^[0-9]{26}$", sale.ListingKey));
        Assert.Equal(new WorldPoint(47.6692, -122.297), sales[0].Home.Point);
        Assert.Equal(2.25m, sales[1].Home.Bathrooms);
    }

    [Fact]
    public void Without_a_day_the_last_sale_of_the_file_closed_today()
    {
        Write(Header, Good, "2015-02-13,42,300000,3,2.25,1500,6000,1950,98042,47.4,-122.1");
        Assert.Equal(Today, SalesFile.Load(path, null, Today)[0].CloseDate);
    }

    [Fact]
    public void Every_parcel_of_a_whole_county_gets_an_address_and_a_key_of_its_own()
    {
        var sales = SalesFile.Load(SalesSample.Path, SalesSample.AsOf, Today);
        Assert.True(sales.Count > 15_000);
        var parcels = sales.Select(sale => sale.Home.ParcelNumber).Distinct().Count();
        Assert.Equal(parcels, sales.Select(sale => $"{sale.Home.Address.Street}, {sale.Home.Address.City}").Distinct().Count());
        Assert.Equal(parcels, sales.Select(sale => (sale.Home.ParcelNumber, sale.Home.Address)).Distinct().Count());
        Assert.Equal(sales.Count, sales.Select(sale => sale.ListingKey).Distinct().Count());
        Assert.Equal(sales.Select(sale => sale.Home.Address), SalesFile.Load(SalesSample.Path, SalesSample.AsOf, Today).Select(sale => sale.Home.Address));
    }

    [Theory]
    [InlineData("2015-02-20,1,abc,2,1.0,1010,5000,1908,98105,47.6,-122.3", "line 3: close_price must be a number")]
    [InlineData("20.2.2015,1,550700,2,1.0,1010,5000,1908,98105,47.6,-122.3", "line 3: close_date must be a date")]
    [InlineData("2015-02-20,1,550700,2,1.0,1010,5000,1908,98105,947.6,-122.3", "line 3: latitude must be a number from -90 to 90")]
    [InlineData("2015-02-20,1,550700,2,1.0", "line 3: living_area_sqft must be present")]
    [InlineData("2015-02-20,,550700,2,1.0,1010,5000,1908,98105,47.6,-122.3", "line 3: parcel_id must be present")]
    [InlineData(Good, "line 3: parcel_id must be there once for each close_date")]
    public void A_bad_row_is_named_by_line_and_column(string row, string expected)
    {
        Write(Header, Good, row);
        AssertRefused(expected);
    }

    [Fact]
    public void A_missing_column_is_named()
    {
        Write(Header.Replace(",latitude", ""), Good);
        AssertRefused("line 1: the column latitude must be in the header");
    }

    [Fact]
    public void An_empty_file_and_a_missing_file_are_refused()
    {
        Write();
        AssertRefused("the column close_date");
        Write(Header);
        AssertRefused("the first sale must be there");
        var missing = Assert.Throws<SalesFileException>(() => SalesFile.Load(path + ".none", null, Today));
        Assert.Contains(path + ".none", missing.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', missing.Message);
    }

    void Write(params string[] lines) => File.WriteAllLines(path, lines);

    void AssertRefused(string expected)
    {
        var refused = Assert.Throws<SalesFileException>(() => SalesFile.Load(path, null, Today));
        Assert.StartsWith(path, refused.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
