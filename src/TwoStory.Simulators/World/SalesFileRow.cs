using System.Globalization;
using CsvHelper;

namespace TwoStory.Simulators.World;

/// <summary>One row of a sales file, checked.</summary>
sealed record SalesFileRow(
    DateOnly CloseDate,
    string ParcelId,
    decimal ClosePrice,
    int Bedrooms,
    decimal Bathrooms,
    int LivingArea,
    int LotSize,
    int YearBuilt,
    string PostalCode,
    WorldPoint Point)
{
    public static readonly string[] Columns =
    [
        "close_date", "parcel_id", "close_price", "bedrooms", "bathrooms", "living_area_sqft", "lot_sqft", "year_built",
        "postal_code", "latitude", "longitude",
    ];

    public static SalesFileRow Read(CsvReader csv, string path)
    {
        var row = new Cells(csv, path);
        return new(
            row.Date("close_date"),
            row.Text("parcel_id"),
            row.Number("close_price", 1, 1e9m),
            (int)row.Number("bedrooms", 0, 100),
            row.Number("bathrooms", 0, 100),
            (int)row.Number("living_area_sqft", 1, 1e6m),
            (int)row.Number("lot_sqft", 0, 2e9m),
            (int)row.Number("year_built", 0, 9999),
            row.Text("postal_code"),
            new((double)row.Number("latitude", -90, 90), (double)row.Number("longitude", -180, 180)));
    }

    readonly struct Cells(CsvReader csv, string path)
    {
        public string Text(string column) =>
            csv.GetString(column) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : throw Invalid(column, "present");

        public DateOnly Date(string column) =>
            DateOnly.TryParseExact(Text(column), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                && date.Year is >= 1900 and <= 2199
                ? date
                : throw Invalid(column, $"a date like 2015-02-20, from 1900 to 2199, not '{Text(column)}'");

        public decimal Number(string column, decimal low, decimal high) =>
            decimal.TryParse(Text(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && number >= low && number <= high
                ? number
                : throw Invalid(column, string.Create(CultureInfo.InvariantCulture,
                    $"a number from {low} to {high}, not '{Text(column)}'"));

        SalesFileException Invalid(string column, string mustBe) =>
            SalesFileException.At(path, csv.LineNumber, column, mustBe);
    }
}

/// <summary>An invalid sales file; the message is one line with the file, the line number and the expected value.</summary>
sealed class SalesFileException(string message, Exception? inner = null) : Exception(message, inner)
{
    public static SalesFileException At(string path, long line, string column, string mustBe) =>
        new($"{path}: line {line}: {column} must be {mustBe}");
}
