using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Data;

namespace TwoStory.Functions.Hosting;

/// <summary>Refuses to start on a database that is older than this version, or that would not keep organizations apart.</summary>
static class StartCheck
{
    /// <exception cref="Core.SettingException">Says what is wrong, and what to do.</exception>
    public static async Task CheckDatabaseAsync(this IHost host)
    {
        var database = host.Services.GetRequiredService<Database>();
        await new Migrator(database.Source).RequireCurrentAsync(CancellationToken.None);
        await TenancyCheck.RequireAsync(database, CancellationToken.None);
    }
}
