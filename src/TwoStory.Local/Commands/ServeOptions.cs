using System.Globalization;
using TwoStory.Core;

namespace TwoStory.Local.Commands;

/// <summary>The options of the command line.</summary>
/// <param name="Port">Of localhost; 0 takes a free one.</param>
/// <param name="DataFolder">Where the database, the keys and the mail are kept.</param>
/// <param name="DatabaseUrl">A PostgreSQL to use; null starts one.</param>
/// <param name="SalesFile">Closed sales for the simulated MLS; null generates them.</param>
/// <param name="SalesAsOf">The day of that file which becomes today.</param>
sealed record ServeOptions(int Port, string DataFolder, string? DatabaseUrl, bool Demo, string? SalesFile, DateOnly? SalesAsOf, bool RealUpstreams);

/// <summary>Environment variables that replace missing options.</summary>
static class EnvironmentSettings
{
    const int DefaultPort = 7071;

    /// <exception cref="SettingException"><c>PORT</c> is not a port.</exception>
    public static int Port => Read("PORT") is not { } text ? DefaultPort
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue ? port
        : throw new SettingException("PORT must be 0 to 65535, where 0 selects a free port.");

    public static string? DatabaseUrl => Read("DATABASE_URL");

    /// <exception cref="SettingException">No key of Resend is set; without the simulators there is no mailbox for the mail.</exception>
    public static void RequireResendKey()
    {
        if ((Read("RESEND_API_KEY") ?? Read("Upstreams__Resend__ApiKey")) is null)
        {
            throw new SettingException("RESEND_API_KEY must be set to the key that Resend issued when --real-upstreams is used.");
        }
    }

    static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;
}
