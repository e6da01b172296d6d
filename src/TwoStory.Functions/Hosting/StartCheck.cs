using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core;
using TwoStory.Core.Data;

namespace TwoStory.Functions.Hosting;

/// <summary>Refuses to start on a database with an older schema or without tenant isolation.</summary>
static class StartCheck
{
    // The platform stops an app that has not started within 30 seconds.
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    /// <exception cref="SettingException">The database is unsuitable or not available; the message explains the remedy.</exception>
    public static async Task CheckDatabaseAsync(this IHost host)
    {
        using var limit = new CancellationTokenSource(LongestWait);
        await CheckAsync(host.Services.GetRequiredService<Database>(), limit.Token);
    }

    /// <param name="database">The database.</param>
    /// <param name="limit">Cancels the wait for a running migration or an unresponsive database.</param>
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
            throw new SettingException("The database is being migrated or does not respond. This instance stops and the platform restarts it.");
        }
    }
}
