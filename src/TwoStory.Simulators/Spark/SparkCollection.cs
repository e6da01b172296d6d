using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using TwoStory.Simulators.Control;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.Spark;

/// <summary>Writes a page of Property as OData JSON, changed by the page faults.</summary>
sealed class SparkCollection(SaleBook book, WorldClock clock)
{
    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Reply Page(HttpRequest request, SparkQuery query, IReadOnlySet<FaultKind> faults)
    {
        var now = clock.Now;
        var page = SparkPage.From(book, query, clock.Today, now);
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("@odata.context", SparkLinks.Context(request));
            if (query.Count)
            {
                json.WriteNumber("@odata.count", page.Total);
            }

            WriteRows(json, query, page.Rows, faults, now);
            if (NextLink(request, page, faults) is { } link)
            {
                json.WriteString("@odata.nextLink", link);
            }

            json.WriteEndObject();
        }

        return Reply.JsonBytes(200, buffer.WrittenMemory);
    }

    public Reply Single(HttpRequest request, string key)
    {
        if (book.Find(key) is not { } sale || sale.CloseDate > clock.Today)
        {
            return SparkErrors.NotFound();
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("@odata.context", SparkLinks.Context(request) + "/$entity");
            SparkRow.WriteFields(json, sale, null, clock.Now);
            json.WriteEndObject();
        }

        return Reply.JsonBytes(200, buffer.WrittenMemory);
    }

    void WriteRows(
        Utf8JsonWriter json, SparkQuery query, IReadOnlyList<ClosedSale> rows, IReadOnlySet<FaultKind> faults, DateTimeOffset now)
    {
        json.WriteStartArray("value");
        for (var turn = 0; turn < (faults.Contains(FaultKind.DuplicateRows) ? 2 : 1); turn++)
        {
            foreach (var sale in rows)
            {
                SparkRow.Write(json, sale, query, now);
            }
        }

        if (faults.Contains(FaultKind.NullValues) && (rows.Count > 0 ? rows[0] : AnySale()) is { } pattern)
        {
            foreach (var row in InvalidRows.Like(pattern, now))
            {
                row.WriteTo(json);
            }
        }

        json.WriteEndArray();
    }

    ClosedSale? AnySale() => book.Closed(DateOnly.MinValue, clock.Today) is { IsEmpty: false } sales ? sales.Span[^1] : null;

    static string? NextLink(HttpRequest request, SparkPage page, IReadOnlySet<FaultKind> faults) =>
        faults.Contains(FaultKind.ForeignNextLink) ? SparkLinks.Foreign(request)
        : faults.Contains(FaultKind.RepeatPage) ? SparkLinks.Same(request)
        : page.Next is { } next ? SparkLinks.Next(request, next.ToString())
        : null;
}
