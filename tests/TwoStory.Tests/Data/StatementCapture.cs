using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;
using TwoStory.Core.Data;

namespace TwoStory.Tests.Data;

/// <summary>Keeps every command that goes through its database, with its parameters.</summary>
sealed class StatementCapture : IDisposable
{
    readonly ConcurrentDictionary<string, NpgsqlParameter[]> commands = new();
    readonly ActivityListener listener = new()
    {
        ShouldListenTo = source => source.Name == "Npgsql",
        Sample = (ref _) => ActivitySamplingResult.AllData,
    };

    public StatementCapture() => ActivitySource.AddActivityListener(listener);

    /// <summary>The distinct statements, each with its last parameters.</summary>
    public IReadOnlyList<(string Sql, NpgsqlParameter[] Parameters)> Commands => [.. commands.Select(command => (command.Key, command.Value))];

    public Database Open(string connectionString)
    {
        var source = new NpgsqlDataSourceBuilder(connectionString);
        source.ConfigureTracing(tracing => tracing
            .ConfigureCommandEnrichmentCallback((_, command) => Keep(command.CommandText, command.Parameters))
            .ConfigureBatchEnrichmentCallback((_, batch) =>
            {
                foreach (NpgsqlBatchCommand command in batch.BatchCommands) Keep(command.CommandText, command.Parameters);
            }));
        return new Database(source.Build());
    }

    void Keep(string sql, NpgsqlParameterCollection parameters) => commands[sql] = [.. parameters.Select(parameter => parameter.Clone())];

    public void Dispose() => listener.Dispose();
}
