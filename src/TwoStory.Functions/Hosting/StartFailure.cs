using Npgsql;
using TwoStory.Core;
using TwoStory.Core.Data;

namespace TwoStory.Functions.Hosting;

/// <summary>Describes in one line why the worker does not start.</summary>
static class StartFailure
{
    /// <returns>A line that starts with "Error: ", because the Functions host logs only such lines; null for unexpected exceptions.</returns>
    public static string? Describe(Exception failure) => failure switch
    {
        SettingException => $"Error: {failure.Message}",
        PostgresException refused => $"Error: The database of DATABASE_URL refuses: {refused.MessageText}.",
        NpgsqlException or TimeoutException => $"Error: The database of DATABASE_URL does not answer: {OneLine(failure.Message)}",
        _ => DatabaseFailure.Explain(failure, "DATABASE_URL") is { } line ? $"Error: {OneLine(line)}" : null,
    };

    static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
