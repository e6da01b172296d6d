using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TwoStory.Tests.Crash;

/// <summary>
/// A proxy between a process and PostgreSQL. Every unit of work (a Sync or a simple Query of the wire
/// protocol, https://www.postgresql.org/docs/current/protocol-message-formats.html) is a step at which it can be killed.
/// </summary>
sealed class DatabaseProxy : IDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentDictionary<TcpClient, TcpClient> open = new();
    readonly KillSwitch kills;

    public DatabaseProxy(int server, KillSwitch kills)
    {
        (Server, this.kills) = (server, kills);
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The port of PostgreSQL, which may come back on another.</summary>
    public int Server { get; set; }

    /// <summary>Breaks every connection that is open, as a network does.</summary>
    public int Cut()
    {
        var cut = 0;
        foreach (var (near, far) in open)
        {
            cut++;
            near.Close();
            far.Close();
        }
        return cut;
    }

    public void Dispose() => listener.Dispose();

    async Task AcceptAsync()
    {
        try
        {
            while (true) _ = RelayAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
        }
    }

    async Task RelayAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        near.NoDelay = far.NoDelay = true;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, Server);
            var connection = new Connection(near.GetStream(), far.GetStream(), kills);
            open[near] = far;
            await Task.WhenAny(connection.FetchAsync(), connection.AnswerAsync());
        }
        catch (Exception gone) when (gone is SocketException or InvalidOperationException)
        {
            // The server is down, or the connection was cut as soon as it was made.
        }
        finally
        {
            open.TryRemove(near, out _);
        }
    }

    sealed class Connection(NetworkStream near, NetworkStream far, KillSwitch kills)
    {
        const int Startup = 196_608;

        const int Cancel = 80_877_102;

        // The answer to the sign-in is the first; each step has one.
        int requested = 1;
        int answered;
        int blocked = int.MaxValue;

        public async Task FetchAsync()
        {
            try
            {
                await GreetAsync();
                var client = new BufferedStream(near, 16_384);
                while (await ReadAsync(client) is { } message)
                {
                    if ((char)message[0] is 'S' or 'Q')
                    {
                        requested++;
                        if (kills.Step(StepKind.Database) is { } point)
                        {
                            if (!point.Answered)
                            {
                                kills.Kill();
                                return;
                            }
                            Volatile.Write(ref blocked, requested);
                        }
                    }
                    await far.WriteAsync(message);
                }
            }
            catch (Exception end) when (end is IOException or ObjectDisposedException)
            {
            }
        }

        public async Task AnswerAsync()
        {
            try
            {
                var database = new BufferedStream(far, 16_384);
                while (await ReadAsync(database) is { } message)
                {
                    var ready = message[0] == 'Z';
                    if (ready && ++answered == Volatile.Read(ref blocked))
                    {
                        kills.Kill();
                        return;
                    }
                    if (answered + 1 < Volatile.Read(ref blocked) || ready) await near.WriteAsync(message);
                }
            }
            catch (Exception end) when (end is IOException or ObjectDisposedException)
            {
            }
        }

        async Task GreetAsync()
        {
            var head = new byte[8];
            await near.ReadExactlyAsync(head);
            if (BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4)) is not (Startup or Cancel)) throw new IOException("The client must not request encryption first.");
            var rest = new byte[BinaryPrimitives.ReadInt32BigEndian(head) - 8];
            await near.ReadExactlyAsync(rest);
            await far.WriteAsync(head);
            await far.WriteAsync(rest);
        }

        /// <summary>A whole message, its type and length included; null at the end.</summary>
        static async Task<byte[]?> ReadAsync(Stream from)
        {
            var head = new byte[5];
            if (await from.ReadAtLeastAsync(head, 5, throwOnEndOfStream: false) < 5) return null;
            var message = new byte[1 + BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
            head.CopyTo(message, 0);
            await from.ReadExactlyAsync(message.AsMemory(5));
            return message;
        }
    }
}
