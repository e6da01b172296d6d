using System.Security.Authentication;
using Azure.Identity;
using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>Explains in one line why a database cannot be used at the start.</summary>
public static class DatabaseFailure
{
    /// <param name="failure">What was thrown.</param>
    /// <param name="setting">Where the user named the database, such as <c>DATABASE_URL</c>.</param>
    /// <returns>One line without a secret; null when the cause is no setting and no server.</returns>
    public static string? Explain(Exception failure, string setting) => failure switch
    {
        SettingException => failure.Message,
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } => $"The database refuses the user or password of {setting}.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } refused => $"The database of {setting} does not exist: {refused.MessageText}.",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused => $"The user of {setting} lacks a right: {refused.MessageText}.",
        PostgresException => null,
        NpgsqlException { InnerException: AuthenticationException } => $"The certificate of the database server of {setting} cannot be verified: it must be issued for that host name by an authority that this machine trusts.",
        NpgsqlException unreachable => $"The database cannot be reached: {unreachable.InnerException?.Message ?? unreachable.Message}. Check {setting} and that PostgreSQL runs.",
        AuthenticationFailedException => "Microsoft Entra ID gives no token for the database. Sign in (az login), or give the app a managed identity.",
        _ => null,
    };
}
