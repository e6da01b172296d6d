using System.Net;
using System.Net.Sockets;
using TwoStory.Core;

namespace TwoStory.Local.Hosting;

/// <summary>Finds out before anything is started whether the port can be had.</summary>
static class LoopbackPort
{
    /// <param name="port">0 takes a free one.</param>
    /// <returns>The port to listen on.</returns>
    /// <exception cref="SettingException">Somebody else listens there, or it is not ours to use.</exception>
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
            throw new SettingException($"Port {port} cannot be used ({failure.SocketErrorCode}). Stop what listens there or give another with --port N.");
        }
    }
}
