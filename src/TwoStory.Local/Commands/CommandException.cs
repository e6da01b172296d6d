using TwoStory.Core.Data;
using TwoStory.Local.Postgres;
using TwoStory.Simulators.World;

namespace TwoStory.Local.Commands;

/// <summary>Explains errors that the user can correct in one line. Other errors keep their stack trace.</summary>
static class CommandException
{
    /// <returns>Null if the user cannot correct the error.</returns>
    public static string? Explain(Exception failure) => failure switch
    {
        PostgresUnavailableException or DataFolderInUseException or SalesFileException => failure.Message,
        _ => DatabaseFailure.Explain(failure, "--database"),
    };
}
