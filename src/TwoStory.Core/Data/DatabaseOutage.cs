using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>Tells trouble of the server, or on the way to it, from a statement that is wrong: it passes, and what was asked can be asked again.</summary>
public static class DatabaseOutage
{
    /// <summary>What ends the connection, comes without one (no SQLSTATE), or is a turn lost to another transaction.</summary>
    public static bool Is(Exception failure) => failure switch
    {
        PostgresException { InvariantSeverity: "FATAL" or "PANIC" } => true,
        NpgsqlException { IsTransient: true } => true,
        PostgresException => false,
        _ => failure is NpgsqlException,
    };
}
