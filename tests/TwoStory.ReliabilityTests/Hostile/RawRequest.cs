using System.Net.Sockets;
using System.Text;

namespace TwoStory.Tests.Hostile;

/// <summary>A request to the byte, as no HTTP client would send it.</summary>
/// <param name="Target">As written in the request line.</param>
/// <param name="Headers">Lines without their ends.</param>
/// <param name="HangsUp">Whether nothing more comes although more may be announced; Kestrel then counts the caller as gone.</param>
/// <param name="IsHttp">Whether the request is valid HTTP and reaches the application; the server refuses others without a body.</param>
sealed record RawRequest(string Method, string Target, IReadOnlyList<string> Headers, byte[] Body, bool IsHttp = true, bool HangsUp = false)
{
    const int Shown = 600;
    static readonly TimeSpan Lull = TimeSpan.FromMilliseconds(50);
    // Only a server that never answers takes as long.
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Sends it on a connection of its own.</summary>
    /// <returns>Null when the server hung up without a word.</returns>
    public async Task<RawAnswer?> SendAsync(Uri root)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var socket = new TcpClient();
        await socket.ConnectAsync(root.Host, root.Port, patience.Token);
        await using var stream = socket.GetStream();
        using var answer = new MemoryStream();
        // Concurrently, because the server may respond and close the connection before everything is sent.
        await Task.WhenAll(UntilHungUpAsync(() => WriteAsync(socket, stream, patience.Token)), UntilHungUpAsync(() => stream.CopyToAsync(answer, patience.Token)));
        return RawAnswer.Read(answer.ToArray());
    }

    async Task WriteAsync(TcpClient socket, NetworkStream stream, CancellationToken cancel)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(Head), cancel);
        await stream.WriteAsync(Body, cancel);
        if (!HangsUp) return;
        await Task.Delay(Lull, cancel);
        socket.Client.Shutdown(SocketShutdown.Send);
    }

    static async Task UntilHungUpAsync(Func<Task> talk)
    {
        try
        {
            await talk();
        }
        catch (Exception hungUp) when (hungUp is IOException or SocketException)
        {
        }
    }

    public override string ToString() => $"{Head}{Encoding.Latin1.GetString(Body, 0, Math.Min(Body.Length, Shown))}{(Body.Length > Shown ? $"… ({Body.Length} bytes)" : "")}";

    string Head => $"{Method} {Target} HTTP/1.1\r\n{string.Concat(Headers.Select(line => $"{line}\r\n"))}\r\n";
}

/// <summary>The response.</summary>
/// <param name="Head">The status line and the headers.</param>
/// <param name="Body">Without its chunks' sizes.</param>
sealed record RawAnswer(int Status, string Head, string Body)
{
    public string? Header(string name) => Head.Split("\r\n").FirstOrDefault(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    public static RawAnswer? Read(byte[] bytes)
    {
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0) return null;
        var head = Encoding.Latin1.GetString(bytes, 0, end);
        var rest = bytes.AsMemory(end + 4);
        var isChunked = head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase);
        return new RawAnswer(int.Parse(head.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture), head, Encoding.UTF8.GetString(isChunked ? Joined(rest) : rest.ToArray()));
    }

    static byte[] Joined(ReadOnlyMemory<byte> chunks)
    {
        using var whole = new MemoryStream();
        while (chunks.Span.IndexOf("\r\n"u8) is >= 0 and var line)
        {
            var size = Convert.ToInt32(Encoding.ASCII.GetString(chunks.Span[..line]), 16);
            if (size == 0 || line + 2 + size > chunks.Length) break;
            whole.Write(chunks.Span.Slice(line + 2, size));
            chunks = chunks[(line + 2 + size + 2)..];
        }
        return whole.ToArray();
    }
}
