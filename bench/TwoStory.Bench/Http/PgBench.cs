using System.Diagnostics;
using System.Globalization;
using System.IdentityModel.Tokens.Jwt;
using System.Text.RegularExpressions;
using Npgsql;

namespace TwoStory.Bench.Http;

/// <summary>PostgreSQL's own benchmark, which must be on the path or among Debian's binaries.</summary>
static partial class PgBench
{
    /// <param name="connectionString">The database.</param>
    /// <param name="commands">The commands, one per round trip; together one transaction of pgbench.</param>
    /// <param name="viewers">One connection each, of a pgbench of its own: variables of one pgbench are the same for all of its connections.</param>
    /// <param name="limit">The limit parameter of the statements.</param>
    /// <param name="seconds">For how long.</param>
    /// <returns>Transactions per second, of all connections together.</returns>
    public static async Task<double> RunAsync(string connectionString, IReadOnlyList<string> commands, IEnumerable<Viewer> viewers, int limit, int seconds)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, string.Join('\n', commands.Select(Pipeline)));
            var rates = await Task.WhenAll(viewers.Select(viewer =>
                RateAsync(new NpgsqlConnectionStringBuilder(connectionString), script, Values(viewer, limit), seconds)));
            return rates.Sum();
        }
        finally
        {
            File.Delete(script);
        }
    }

    static async Task<double> RateAsync(NpgsqlConnectionStringBuilder server, string script, Dictionary<string, object> values, int seconds)
    {
        string[] arguments =
        [
            "-n", "-M", "prepared", "-c", "1", "-T", $"{seconds}", "-f", script, "-h", server.Host!, "-p", $"{server.Port}", "-U", server.Username!,
            .. values.SelectMany(value => new[] { "-D", $"{value.Key}={value.Value}" }), server.Database!,
        ];
        var start = new ProcessStartInfo(Find(), arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["PGPASSWORD"] = server.Password;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var measured = Rate().Match(await output);
        if (process.ExitCode != 0 || !measured.Success) throw new InvalidOperationException($"pgbench failed: {await errors}");
        return double.Parse(measured.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    // Npgsql sends a command's statements in one pipeline, which is one implicit transaction; pgbench does the same here.
    static string Pipeline(string command)
    {
        var statements = command.Split(";\n", StringSplitOptions.RemoveEmptyEntries).Select(statement => $"{Parameter().Replace(statement.Trim(), ":$1")};\n");
        return $"\\startpipeline\n{string.Concat(statements)}\\endpipeline\n";
    }

    static Dictionary<string, object> Values(Viewer viewer, int limit) => new()
    {
        ["organization"] = viewer.OrganizationId,
        ["organizationId"] = viewer.OrganizationId,
        ["UserId"] = viewer.UserId,
        ["userId"] = viewer.UserId,
        ["familyId"] = Claim(viewer.AccessToken, "sid"),
        ["sessionVersion"] = Claim(viewer.AccessToken, "ver"),
        ["id"] = viewer.LeadId,
        ["leadId"] = viewer.LeadId,
        ["limit"] = limit,
    };

    static string Claim(string token, string name) => new JwtSecurityToken(token).Claims.First(claim => claim.Type == name).Value;

    static string Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")) : [])
        .Select(folder => Path.Combine(folder, "pgbench")).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("pgbench is needed: it comes with PostgreSQL's server packages.");

    [GeneratedRegex("@([A-Za-z]+)")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Rate();
}
