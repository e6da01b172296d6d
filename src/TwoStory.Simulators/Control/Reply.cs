using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TwoStory.Simulators.Control;

/// <summary>A complete response in memory, so that a fault can truncate or replace it.</summary>
sealed record Reply(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public static Reply Json(int status, object? body) =>
        new(status, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(body, Plain));

    public static Reply JsonBytes(int status, ReadOnlyMemory<byte> body) => new(status, "application/json; charset=utf-8", body);

    public static Reply Html(int status, string html) => new(status, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(html));

    public static Reply Text(int status, string text) => new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    public Reply With(string header, string value) =>
        this with { Headers = new Dictionary<string, string>(Headers) { [header] = value } };

    public async Task SendAsync(HttpContext context)
    {
        WriteHead(context.Response);
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(Body, context.RequestAborted);
        }
    }

    /// <summary>Announces the whole body, sends half of it and resets the connection.</summary>
    public async Task SendHalfAsync(HttpContext context)
    {
        WriteHead(context.Response);
        await context.Response.Body.WriteAsync(Body[..(Body.Length / 2)], context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        // An abort discards unread data, so the half response gets time to arrive.
        await Task.Delay(20, context.RequestAborted);
        context.Abort();
    }

    void WriteHead(HttpResponse response)
    {
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.ContentLength = Body.Length;
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }
    }
}
