using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TwoStory.Tests.Telemetry;

/// <summary>An exported log line.</summary>
/// <param name="Category">The logger.</param>
/// <param name="Attributes">The parts of the line and of its scopes.</param>
sealed record ExportedLine(string Category, string Text, ILookup<string, string> Attributes);

/// <summary>A receiver of OTLP over HTTP that stores everything.</summary>
sealed class OtlpReceiver : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ConcurrentQueue<(string Signal, byte[] Body)> received = new();

    OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            received.Enqueue((signal, body.ToArray()));
        });
    }

    /// <summary>The settings of a host that exports to this receiver.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = app.Urls.First(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
    };

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <param name="signal">traces, metrics or logs.</param>
    /// <returns>The exports as text: each byte a character, so that every text of ASCII in them is found.</returns>
    public string Text(string signal) =>
        string.Join('\n', received.Where(export => export.Signal == signal).Select(export => Encoding.Latin1.GetString(export.Body)));

    /// <summary>Reads log records: opentelemetry/proto/collector/logs/v1, by the numbers of its fields.</summary>
    public List<ExportedLine> Lines() =>
    [
        .. from export in received
           where export.Signal == "logs"
           from resource in Fields(export.Body, 1)
           from scope in Fields(resource, 2)
           let category = Fields(scope, 1).SelectMany(source => Fields(source, 1)).Select(Encoding.UTF8.GetString).FirstOrDefault("")
           from line in Fields(scope, 2)
           select new ExportedLine(category, Fields(line, 5).Select(Value).FirstOrDefault(""), Fields(line, 6).ToLookup(
               attribute => Encoding.UTF8.GetString(Fields(attribute, 1).Single()), attribute => Value(Fields(attribute, 2).Single()))),
    ];

    // Values of other types than text do not matter here.
    static string Value(byte[] any) => Fields(any, 1).Select(Encoding.UTF8.GetString).FirstOrDefault("");

    static List<byte[]> Fields(byte[] message, int number)
    {
        var found = new List<byte[]>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagWireType(tag) != WireFormat.WireType.LengthDelimited) input.SkipLastField();
            else if (input.ReadBytes().ToByteArray() is var bytes && WireFormat.GetTagFieldNumber(tag) == number) found.Add(bytes);
        }
        return found;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
