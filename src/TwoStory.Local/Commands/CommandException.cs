using Npgsql;
using TwoStory.Core;
using TwoStory.Local.Postgres;
using TwoStory.Simulators.World;

namespace TwoStory.Local.Commands;

/// <summary>Turns what a user can put right into one line; anything else is ours, and keeps its stack trace.</summary>
static class CommandException
{
    /// <returns>Null when it is no mistake of the user's.</returns>
    public static string? Explain(Exception failure) => failure switch
    {
        SettingException or PostgresUnavailableException or DataFolderInUseException or SalesFileException => failure.Message,
        PostgresException { SqlState: "28P01" or "28000" } => "The database refuses the user or password of --database.",
        PostgresException { SqlState: "3D000" } refused => $"The database of --database does not exist: {refused.MessageText}.",
        PostgresException { SqlState: "42501" } refused => $"The user of --database lacks a right: {refused.MessageText}.",
        PostgresException => null,
        NpgsqlException unreachable => $"The database cannot be reached: {unreachable.InnerException?.Message ?? unreachable.Message}. Check --database and that PostgreSQL runs.",
        _ => null,
    };
}
