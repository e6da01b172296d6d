using TwoStory.Core.Data;
using TwoStory.Local.Postgres;
using TwoStory.Simulators.World;

namespace TwoStory.Local.Commands;

/// <summary>Turns what a user can put right into one line; anything else is ours, and keeps its stack trace.</summary>
static class CommandException
{
    /// <returns>Null when it is no mistake of the user's.</returns>
    public static string? Explain(Exception failure) => failure switch
    {
        PostgresUnavailableException or DataFolderInUseException or SalesFileException => failure.Message,
        _ => DatabaseFailure.Explain(failure, "--database"),
    };
}
