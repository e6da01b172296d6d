using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>Distinguishes a temporary failure of the server or the network, after which a statement can be repeated, from an invalid statement.</summary>
public static class DatabaseOutage
{
    /// <summary>True for failures that end the connection, have no SQLSTATE, or are transient, such as a deadlock.</summary>
    public static bool Is(Exception failure) => failure switch
    {
        PostgresException { InvariantSeverity: "FATAL" or "PANIC" } => true,
        NpgsqlException { IsTransient: true } => true,
        PostgresException => false,
        _ => failure is NpgsqlException,
    };
}
