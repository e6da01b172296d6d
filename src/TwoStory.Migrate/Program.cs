using System.Globalization;
using TwoStory.Core.Data;
using TwoStory.Migrate;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

if (args.Length > 0)
{
    Console.Error.WriteLine("Error: TwoStory.Migrate takes no arguments, because other users of a machine can read them. It reads DATABASE_URL from the environment.");
    return 2;
}
try
{
    var settings = MigrateSettings.Read(Environment.GetEnvironmentVariable);
    await using var database = Database.Open(settings.ConnectionString, usesEntra: settings.UsesEntra);
    var applied = await new Migrator(database).MigrateAsync(CancellationToken.None);
    foreach (var migration in applied) Console.WriteLine($"applied {migration}");
    await TenancyCheck.RequireAsync(database, CancellationToken.None);
    if (settings.RuntimeUser is { } user)
    {
        var login = new RuntimeLogin(database, user);
        await using var postgres = Database.Open(settings.ServerConnectionString, usesEntra: settings.UsesEntra);
        await (settings.RuntimePassword is { } password ? login.EnsureAsync(password) : login.EnsureEntraAsync(settings.RuntimeObjectId, postgres));
        Console.WriteLine($"The app can log in as {user}.");
    }
    Console.WriteLine(applied.Count == 0 ? "The database is up to date." : $"{applied.Count} migration(s) applied.");
    return 0;
}
catch (Exception failure) when (DatabaseFailure.Explain(failure, "DATABASE_URL") is { } line)
{
    Console.Error.WriteLine($"Error: {line}");
    return 1;
}
