using Microsoft.Extensions.Logging;

namespace TwoStory.Tests.Api;

/// <summary>Remembers the last error that the host logged, so that an unexpected 500 can say why.</summary>
sealed class ErrorLog : ILoggerProvider, ILogger
{
    public string Last { get; private set; } = "";

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) Last = $"{formatter(state, exception)}\n{exception}";
    }

    public void Dispose()
    {
    }
}
