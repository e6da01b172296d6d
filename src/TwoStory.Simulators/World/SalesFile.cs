using System.Globalization;
using CsvHelper;

namespace TwoStory.Simulators.World;

/// <summary>Real closed sales from a CSV file, brought forward in time so that one of its days becomes today.</summary>
static class SalesFile
{
    static readonly CsvReaderOptions Format = new()
    {
        Separator = ',',
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    /// <param name="path">CSV with a header line; the columns are those of <see cref="SalesFileRow.Columns"/>.</param>
    /// <param name="asOf">The day of the file that becomes today; without it the file's last close date.</param>
    /// <param name="today">Today in the world's time zone.</param>
    /// <param name="zone">The world's time zone; without it the west coast.</param>
    /// <param name="taken">Addresses that the file's homes may not get, because other homes of the world have them.</param>
    /// <exception cref="SalesFileException">The file is missing, lacks a column or has a cell that cannot be read.</exception>
    public static IReadOnlyList<ClosedSale> Load(
        string path, DateOnly? asOf, DateOnly today, TimeZoneInfo? zone = null, IEnumerable<HomeAddress>? taken = null)
    {
        var rows = Read(path);
        var shift = today.DayNumber - (asOf ?? rows.Max(row => row.CloseDate)).DayNumber;
        var addresses = new ParcelAddresses(taken ?? []);
        var addressOf = rows.GroupBy(row => row.ParcelId).OrderBy(parcel => parcel.Key, StringComparer.Ordinal)
            .ToDictionary(parcel => parcel.Key, parcel => addresses.For(parcel.First()));
        zone ??= TimeZoneInfo.FindSystemTimeZoneById("America/Los_Angeles");
        return [.. rows.Select(row => Sale(row, addressOf[row.ParcelId], shift, zone))];
    }

    static ClosedSale Sale(SalesFileRow row, HomeAddress address, int shift, TimeZoneInfo zone)
    {
        var home = new Home(address, row.ParcelId, row.Point, HomeType.SingleFamily, row.Bedrooms, row.Bathrooms,
            row.LivingArea, row.LotSize, row.YearBuilt, address.City);
        var id = string.Create(CultureInfo.InvariantCulture, $"{row.ParcelId}-{row.CloseDate:yyyy-MM-dd}");
        return SaleTerms.From(home, ListingKey(row), id, row.CloseDate.AddDays(shift), row.ClosePrice, zone, SeededRandom.For(0, id));
    }

    /// <summary>The file's own date, then the parcel: digits as they are, anything else by its hash; 26 digits.</summary>
    static string ListingKey(SalesFileRow row)
    {
        var parcel = row.ParcelId.Length <= 12 && row.ParcelId.All(char.IsAsciiDigit)
            ? row.ParcelId.PadLeft(12, '0') + "000000"
            : (SeededRandom.Hash(row.ParcelId) % 1_000_000_000_000_000_000).ToString("000000000000000000", CultureInfo.InvariantCulture);
        return row.CloseDate.ToString("yyyyMMdd", CultureInfo.InvariantCulture) + parcel;
    }

    static List<SalesFileRow> Read(string path)
    {
        try
        {
            using var csv = CsvReader.FromFile(path, Format);
            RequireColumns(csv, path);
            return ReadRows(csv, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SalesFileException($"{path}: cannot be read: {FirstLine(error)}", error);
        }
        catch (CsvFormatException error)
        {
            throw new SalesFileException($"{path}: line {error.LineNumber}: is not CSV: {FirstLine(error)}", error);
        }
    }

    static void RequireColumns(CsvReader csv, string path)
    {
        csv.ReadHeader();
        if (SalesFileRow.Columns.FirstOrDefault(column => !csv.TryGetFieldIndex(column, out _)) is { } missing)
        {
            throw SalesFileException.At(path, 1, $"the column {missing}", "in the header");
        }
    }

    static List<SalesFileRow> ReadRows(CsvReader csv, string path)
    {
        List<SalesFileRow> rows = [];
        HashSet<(string, DateOnly)> seen = [];
        while (csv.Read())
        {
            var row = SalesFileRow.Read(csv, path);
            if (!seen.Add((row.ParcelId, row.CloseDate)))
            {
                throw SalesFileException.At(path, csv.LineNumber, "parcel_id", "there once for each close_date");
            }

            rows.Add(row);
        }

        return rows.Count > 0 ? rows : throw SalesFileException.At(path, 2, "the first sale", "there");
    }

    static string FirstLine(Exception error) => error.Message.Split('\n')[0].Trim();
}
