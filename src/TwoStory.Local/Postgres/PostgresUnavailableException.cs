namespace TwoStory.Local.Postgres;

/// <summary>PostgreSQL cannot be had or started here; the message is one line, fit for the user, that says what to do.</summary>
class PostgresUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Another living TwoStory process uses the data folder.</summary>
sealed class DataFolderInUseException(string message, Exception inner) : PostgresUnavailableException(message, inner);
