using System.Security.Cryptography;
using System.Text.Json;
using TwoStory.Core;
using TwoStory.Local.Commands;

namespace TwoStory.Local.Hosting;

/// <summary>The settings that make one machine whole: below them in rank nothing, above them the environment.</summary>
static class LocalSettings
{
    /// <param name="options">The options of the command line.</param>
    /// <param name="port">Where this process listens.</param>
    /// <param name="keys">The data folder's secrets.</param>
    public static Dictionary<string, string?> For(ServeOptions options, int port, IReadOnlyDictionary<string, string> keys)
    {
        var settings = new Dictionary<string, string?>
        {
            ["JWT_SECRET"] = keys["JWT_SECRET"],
            ["ENCRYPTION_KEY"] = keys["ENCRYPTION_KEY"],
            ["FRONTEND_URL"] = "http://localhost:5173",
            ["EMAIL_FROM"] = "TwoStory <alerts@twostory.example>",
            ["Upstreams:Resend:Requests"] = "10",
        };
        if (options.RealUpstreams)
        {
            return settings;
        }

        var simulators = $"http://127.0.0.1:{port}/simulators";
        settings["Upstreams:Spark:BaseUrl"] = $"{simulators}/spark/Version/3/Reso/OData";
        settings["Upstreams:Spark:TokenUrl"] = $"{simulators}/spark/v1/oauth2/grant";
        settings["Upstreams:Resend:BaseUrl"] = $"http://127.0.0.1:{port}";
        settings["Upstreams:Resend:ApiKey"] = "re_mailbox";
        settings["Upstreams:RentCast:BaseUrl"] = $"{simulators}/rentcast/v1";
        settings["Upstreams:RentCast:ApiKey"] = "sim-local";
        settings["Upstreams:RentCast:Requests"] = "20";
        settings["Upstreams:RentCast:Window"] = "00:00:01";
        settings["Upstreams:Nominatim:BaseUrl"] = $"{simulators}/nominatim";
        settings["Upstreams:Census:BaseUrl"] = $"{simulators}/census/geocoder";
        return settings;
    }
}

/// <summary>The secrets of a data folder, created at its first start. Anyone with access to the folder has its data anyway.</summary>
static class LocalKeys
{
    const string File = "keys.json";

    static readonly string[] Names = ["JWT_SECRET", "ENCRYPTION_KEY"];

    /// <returns><c>JWT_SECRET</c> and <c>ENCRYPTION_KEY</c>.</returns>
    /// <exception cref="SettingException">The folder or the file in it cannot be used.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> LoadAsync(string dataFolder, CancellationToken cancel)
    {
        var path = Path.Combine(dataFolder, File);
        try
        {
            Directory.CreateDirectory(dataFolder);
            if (!System.IO.File.Exists(path)) await MakeAsync(path, cancel);
            var keys = JsonSerializer.Deserialize<Dictionary<string, string>>(await System.IO.File.ReadAllTextAsync(path, cancel));
            return keys is not null && Names.All(keys.ContainsKey) ? keys : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new SettingException($"{path} does not contain the keys of this data folder: restore it, or choose another folder with --data DIR.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"The data folder {dataFolder} cannot be used: {failure.Message} Choose another folder with --data DIR.");
        }
    }

    /// <summary>New ones, kept nowhere.</summary>
    public static IReadOnlyDictionary<string, string> Make() =>
        Names.ToDictionary(name => name, _ => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    static async Task MakeAsync(string path, CancellationToken cancel)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        // Whole or not at all: a process killed while it writes must not leave half a key.
        var half = $"{path}.{Environment.ProcessId}.tmp";
        await using (var stream = new FileStream(half, options)) await JsonSerializer.SerializeAsync(stream, Make(), cancellationToken: cancel);
        System.IO.File.Move(half, path, overwrite: false);
    }
}
