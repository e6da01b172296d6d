using System.Security.Cryptography;
using System.Text.Json;

namespace TwoStory.Local.Hosting;

/// <summary>The secrets of a data folder, made at its first start: who has the folder has the data anyway.</summary>
static class LocalKeys
{
    const string File = "keys.json";

    /// <returns><c>JWT_SECRET</c> and <c>ENCRYPTION_KEY</c>.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> LoadAsync(string dataFolder, CancellationToken cancel)
    {
        Directory.CreateDirectory(dataFolder);
        var path = Path.Combine(dataFolder, File);
        if (System.IO.File.Exists(path))
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(await System.IO.File.ReadAllTextAsync(path, cancel))!;
        }
        var keys = new Dictionary<string, string>
        {
            ["JWT_SECRET"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            ["ENCRYPTION_KEY"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
        };
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var stream = new FileStream(path, options);
        await JsonSerializer.SerializeAsync(stream, keys, cancellationToken: cancel);
        return keys;
    }
}
