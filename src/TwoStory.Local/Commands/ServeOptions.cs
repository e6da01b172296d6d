using System.Globalization;
using TwoStory.Core;

namespace TwoStory.Local.Commands;

/// <summary>What the user chose on the command line.</summary>
/// <param name="Port">Of localhost; 0 takes a free one.</param>
/// <param name="DataFolder">Where the database, the keys and the mail are kept.</param>
/// <param name="DatabaseUrl">A PostgreSQL to use; null starts one.</param>
/// <param name="SalesFile">Closed sales for the simulated MLS; null makes some up.</param>
/// <param name="SalesAsOf">The day of that file which becomes today.</param>
sealed record ServeOptions(int Port, string DataFolder, string? DatabaseUrl, bool Demo, string? SalesFile, DateOnly? SalesAsOf, bool RealUpstreams);

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
