namespace TwoStory.Core.Data;

/// <summary>
/// Statements that delete rows no longer needed, of all organizations. Each folder registers its own; the hourly housekeeping runs
/// all of them in one transaction.
/// </summary>
/// <param name="Sql">One or more statements.</param>
/// <param name="Parameters">Makes the parameters from the present time, UTC.</param>
public sealed record Cleanup(string Sql, Func<DateTime, object> Parameters);
