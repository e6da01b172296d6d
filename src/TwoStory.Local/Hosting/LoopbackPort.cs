using System.Net;
using System.Net.Sockets;
using TwoStory.Core;

namespace TwoStory.Local.Hosting;

/// <summary>Checks before the start whether the port is available.</summary>
static class LoopbackPort
{
    /// <param name="port">0 selects a free port.</param>
    /// <returns>The port to listen on.</returns>
    /// <exception cref="SettingException">Another process uses the port, or it is not permitted.</exception>
    public static int Claim(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException failure)
        {
            throw new SettingException($"Port {port} cannot be used ({failure.SocketErrorCode}). Stop the process that uses it, or choose another port with --port N.");
        }
    }
}
