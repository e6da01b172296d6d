using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core;
using TwoStory.Core.Data;

namespace TwoStory.Functions.Hosting;

/// <summary>Refuses to start on a database that is older than this version, or that would not keep organizations apart.</summary>
static class StartCheck
{
    // The platform stops an app that has not started within 30 seconds.
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    /// <exception cref="SettingException">Says what is wrong, and what to do.</exception>
    public static async Task CheckDatabaseAsync(this IHost host)
    {
        using var limit = new CancellationTokenSource(LongestWait);
        await CheckAsync(host.Services.GetRequiredService<Database>(), limit.Token);
    }

    /// <param name="database">The database.</param>
    /// <param name="limit">Ends the wait for a migration that is under way, or for a database that does not answer.</param>
    public static async Task CheckAsync(Database database, CancellationToken limit)
    {
        try
        {
            await new Migrator(database).RequireCurrentAsync(limit);
            await TenancyCheck.RequireAsync(database, limit);
            await HostRole.RequireAsync(database, limit);
        }
        catch (OperationCanceledException)
        {
            throw new SettingException("The database is being migrated, or does not answer. This instance stops; the platform starts it again.");
        }
    }
}
