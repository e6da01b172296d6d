using System.Net;

namespace TwoStory.Core.Upstreams;

/// <summary>
/// A request's content that runs <see cref="BeforeSend"/> when the connection is open, and then writes itself. The headers stay in the
/// connection's buffer until then, so a request leaves at its slot, however long it took to connect.
/// </summary>
sealed class DeferredContent : HttpContent
{
    readonly HttpContent? content;

    /// <param name="content">
    /// Null for a request without content, which gets an empty one: without any, SocketsHttpHandler repeats a request by itself when a
    /// reused connection was closed, and the provider would see calls that are neither limited nor counted.
    /// </param>
    public DeferredContent(HttpContent? content)
    {
        this.content = content;
        foreach (var header in content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())
        {
            Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
    }

    /// <summary>Returns when the request may be written. The first handler of an attempt sets it; the next handlers wrap it.</summary>
    public Func<CancellationToken, Task> BeforeSend { get; set; } = _ => Task.CompletedTask;

    /// <summary>False while the provider cannot have seen anything of this attempt.</summary>
    public bool IsSent { get; private set; }

    /// <summary>The failure of <see cref="BeforeSend"/>; the HTTP stack may wrap it in another exception.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Starts a new attempt with the same content.</summary>
    public void Reset(Func<CancellationToken, Task> beforeSend) => (BeforeSend, IsSent, Failure) = (beforeSend, false, null);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            await BeforeSend(cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failure = failure;
            throw;
        }
        IsSent = true;
        if (content is not null) await content.CopyToAsync(stream, context, cancellationToken);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = content?.Headers.ContentLength ?? 0;
        return content is null || content.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) content?.Dispose();
        base.Dispose(disposing);
    }
}
