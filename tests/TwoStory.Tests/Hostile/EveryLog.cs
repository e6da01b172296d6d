using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TwoStory.Tests.Hostile;

/// <summary>Keeps every line of every logger, with its scopes, its parts and the whole of its exception.</summary>
sealed class EveryLog : ILoggerProvider
{
    readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyCollection<string> Lines => lines;

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, lines);

    public void Dispose()
    {
    }

    sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            lines.Enqueue($"{category} scope {Parts(state)}");
            return null;
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{category} {logLevel} {formatter(state, exception)} {Parts(state)} {exception} {Data(exception)}");

        static string Parts(object? state) =>
            state is IEnumerable<KeyValuePair<string, object?>> parts ? string.Join("; ", parts.Select(part => $"{part.Key}={part.Value}")) : $"{state}";

        static string Data(Exception? exception) => exception is null ? "" : string.Join("; ", exception.Data.Values.Cast<object?>());
    }
}
