using Npgsql;
using TwoStory.Local.Hosting;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Hostile;

/// <summary>The output of a host that fails to start because of a secret setting, and the content of its folder.</summary>
public sealed class SecretCrashTests
{
    const string Mark = "MARK7f3a";

    public static TheoryData<string, string> BadSettings => new()
    {
        { "JWT_SECRET", Mark },
        { "ENCRYPTION_KEY", $"{Mark}-not-hexadecimal" },
        { "ENCRYPTION_KEYS_OLD", $"{Mark},{Mark}" },
        { "RENTCAST_API_KEY", $"{Mark} of two words" },
        { "RESEND_API_KEY", $"{Mark} of two words" },
        { "SPARK_API_SECRET", $"{Mark} of two words" },
        { "DATABASE_URL", $"mysql://user:{Mark}@localhost/twostory" },
        { "DATABASE_URL", $"postgres://user:{Mark}@127.0.0.1:1/twostory" },
        { "DATABASE_URL", $"postgres://user:{Mark}@127.0.0.1:0/twostory" },
        { "DATABASE_URL", $"postgres://user:{Mark}@127.0.0.1/twostory?{Mark}" },
        { "DATABASE_URL", $"postgres://user:{Mark}/{Mark}@127.0.0.1/twostory" },
        { "DATABASE_URL", $"postgres://user@127.0.0.1:1/twostory?Password={Mark}&Timeout={Mark}" },
    };

    [Theory]
    [MemberData(nameof(BadSettings))]
    public async Task A_host_that_fails_to_start_does_not_print_the_secret(string name, string value)
    {
        var database = await TestPostgres.CreateDatabaseAsync();
        var folder = Directory.CreateTempSubdirectory("twostory-crash-").FullName;
        await using (var process = HostProcess.Start(new Dictionary<string, string?> { ["DATABASE_URL"] = UrlOf(database), [name] = value, ["Logging__LogLevel__Default"] = "Trace" }, "--no-demo", "--port", "0", "--data", folder))
        {
            var ending = await process.EndAsync();

            Assert.Equal(1, ending.ExitCode);
            Assert.DoesNotContain(Mark, ending.Output + ending.Errors, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("   at ", ending.Errors, StringComparison.Ordinal);
        }
        AssertNothingIn(folder, Mark);
        await TestPostgres.DropDatabaseAsync(database);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_host_keeps_its_keys_in_one_file_only()
    {
        var database = await TestPostgres.CreateDatabaseAsync();
        var folder = Directory.CreateTempSubdirectory("twostory-keys-").FullName;
        string output;
        await using (var process = HostProcess.Start(
            new Dictionary<string, string?> { ["DATABASE_URL"] = UrlOf(database), ["Upstreams__RentCast__ApiKey"] = $"sim-{Mark}", ["Logging__LogLevel__Default"] = "Trace" }, "--no-demo", "--port", $"{LoopbackPort.Claim(0)}", "--data", folder))
        {
            await process.WaitUntilServingAsync();
            process.Signal("TERM");
            var ending = await process.EndAsync();
            output = ending.Output + ending.Errors;
        }
        var keys = await LocalKeys.LoadAsync(folder, default);
        foreach (var secret in keys.Values.Append(Mark))
        {
            Assert.DoesNotContain(secret, output, StringComparison.Ordinal);
            AssertNothingIn(folder, secret);
        }
        await TestPostgres.DropDatabaseAsync(database);
        Directory.Delete(folder, recursive: true);
    }

    static void AssertNothingIn(string folder, string secret) => Assert.All(
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "keys.json"),
        file => Assert.False(File.ReadAllText(file).Contains(secret, StringComparison.Ordinal), file));

    static string UrlOf(string database)
    {
        var server = new NpgsqlConnectionStringBuilder(database);
        return $"postgres://{server.Username}:{server.Password}@{server.Host}:{server.Port}/{server.Database}";
    }
}
