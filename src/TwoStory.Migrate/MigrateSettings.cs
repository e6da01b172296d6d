using Npgsql;
using TwoStory.Core;
using TwoStory.Core.Data;

namespace TwoStory.Migrate;

/// <summary>The settings from the environment.</summary>
/// <param name="ConnectionString">The database, with the owner of the tables as user.</param>
/// <param name="UsesEntra">That user and the runtime user sign in with tokens of Microsoft Entra ID.</param>
/// <param name="RuntimeUser">The user that hosts log in as, to be created or updated; null leaves users alone.</param>
/// <param name="RuntimePassword">Its password; null with Entra.</param>
/// <param name="RuntimeObjectId">With Entra the object id of the app's identity.</param>
sealed record MigrateSettings(string ConnectionString, bool UsesEntra, string? RuntimeUser, string? RuntimePassword, Guid RuntimeObjectId)
{
    /// <summary>The same server's database <c>postgres</c>.</summary>
    public string ServerConnectionString => new NpgsqlConnectionStringBuilder(ConnectionString) { Database = "postgres" }.ConnectionString;

    /// <param name="read">Answers an environment variable by name.</param>
    /// <exception cref="SettingException">A variable is missing or wrong.</exception>
    public static MigrateSettings Read(Func<string, string?> read)
    {
        string? Text(string name) => read(name) is { Length: > 0 } text ? text : null;

        var builder = new NpgsqlConnectionStringBuilder(
            DatabaseUrl.ToConnectionString(Text("DATABASE_URL") ?? throw new SettingException("DATABASE_URL must name the database to migrate, such as postgres://user@localhost:5432/twostory.")));
        if (Text("DATABASE_PASSWORD") is { } password) builder.Password = password;
        var usesEntra = EntraSignIn.IsOn(Text(EntraSignIn.Setting));
        var (user, runtimePassword) = (Text("RUNTIME_USER"), Text("RUNTIME_PASSWORD"));
        if (user is not null && user == builder.Username) throw new SettingException("RUNTIME_USER must be another user than that of DATABASE_URL: the app must not own the tables.");
        if (user is not null && runtimePassword is null && !usesEntra) throw new SettingException("RUNTIME_PASSWORD must be the password of RUNTIME_USER.");
        var hasId = Guid.TryParse(Text("RUNTIME_OBJECT_ID"), out var objectId);
        if (user is not null && runtimePassword is null && !hasId) throw new SettingException("RUNTIME_OBJECT_ID must be the object id of the app's identity.");
        return new MigrateSettings(builder.ConnectionString, usesEntra, user, runtimePassword, objectId);
    }
}
