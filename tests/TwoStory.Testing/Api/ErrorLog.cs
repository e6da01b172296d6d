using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TwoStory.Tests.Api;

/// <summary>Records the errors that the host logs, to explain an unexpected 500.</summary>
sealed class ErrorLog : ILoggerProvider, ILogger
{
    readonly ConcurrentQueue<string> all = new();

    public string Last { get; private set; } = "";

    public IReadOnlyCollection<string> All => all;

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) all.Enqueue(Last = $"{formatter(state, exception)}\n{exception}");
    }

    public void Dispose()
    {
    }
}
