using System.Net;

namespace TwoStory.Core.Upstreams;

/// <summary>
/// A request's content that is written when the request is let out. The headers lie in the connection's buffer until then, so nothing
/// is sent before its slot, and nothing is done between the slot and the sending.
/// </summary>
sealed class PermittedContent : HttpContent
{
    readonly HttpContent? content;
    readonly Func<CancellationToken, Task> enter;

    /// <param name="content">
    /// May be null; the request gets an empty content all the same. Without any, SocketsHttpHandler repeats a request up to three times
    /// by itself when a reused connection is closed on it, and the provider would see calls that are neither limited nor counted.
    /// </param>
    public PermittedContent(HttpContent? content, Func<CancellationToken, Task> enter)
    {
        (this.content, this.enter) = (content, enter);
        if (content is null) return;
        foreach (var header in content.Headers) Headers.TryAddWithoutValidation(header.Key, header.Value);
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await enter(cancellationToken);
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
