using System.Globalization;
using TwoStory.Core;

namespace TwoStory.Local.Commands;

/// <summary>What the environment says where the command line says nothing.</summary>
static class EnvironmentSettings
{
    const int DefaultPort = 7071;

    /// <exception cref="SettingException"><c>PORT</c> is no port.</exception>
    public static int Port => Read("PORT") is not { } text ? DefaultPort
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue ? port
        : throw new SettingException("PORT must be 0 to 65535, where 0 takes a free port.");

    public static string? DatabaseUrl => Read("DATABASE_URL");

    static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;
}
