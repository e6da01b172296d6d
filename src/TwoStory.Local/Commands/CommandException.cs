using Npgsql;
using TwoStory.Core;
using TwoStory.Local.Postgres;
using TwoStory.Simulators.World;

namespace TwoStory.Local.Commands;

/// <summary>Explains errors that the user can correct in one line. Other errors keep their stack trace.</summary>
static class CommandException
{
    /// <returns>Null if the user cannot correct the error.</returns>
    public static string? Explain(Exception failure) => failure switch
    {
        SettingException or PostgresUnavailableException or DataFolderInUseException or SalesFileException => failure.Message,
        PostgresException { SqlState: "28P01" or "28000" } => "The database refused the user or the password of --database.",
        PostgresException { SqlState: "3D000" } refused => $"The database of --database does not exist: {refused.MessageText}.",
        PostgresException { SqlState: "42501" } refused => $"The user of --database lacks a permission: {refused.MessageText}.",
        PostgresException => null,
        NpgsqlException unreachable => $"The database cannot be reached: {unreachable.InnerException?.Message ?? unreachable.Message}. Check --database and whether PostgreSQL is running.",
        _ => null,
    };
}
