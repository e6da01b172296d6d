using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>Parses <c>DATABASE_URL</c>: a <c>postgres://user:password@host:port/name?sslmode=…</c> URL.</summary>
public static class DatabaseUrl
{
    /// <returns>A connection string for Npgsql.</returns>
    /// <exception cref="SettingException">The text is not a PostgreSQL URL. The message never repeats the text, because it can contain a password.</exception>
    public static string ToConnectionString(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql") || uri.AbsolutePath.Length < 2)
        {
            throw Malformed();
        }
        try
        {
            return Builder(uri).ConnectionString;
        }
        catch (ArgumentException)
        {
            throw Malformed();
        }
    }

    static SettingException Malformed() =>
        new("DATABASE_URL (or --database) must be a PostgreSQL URL such as postgres://user:password@localhost:5432/twostory.");

    static NpgsqlConnectionStringBuilder Builder(Uri uri)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = Uri.UnescapeDataString(uri.Host.Trim('[', ']')),
            Port = uri.IsDefaultPort || uri.Port < 0 ? 5432 : uri.Port,
            Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]),
        };
        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0) builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) builder.Password = Uri.UnescapeDataString(user[1]);
        foreach (var option in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)) Apply(builder, option);
        return builder;
    }

    // libpq options that Npgsql names differently or handles by itself.
    static void Apply(NpgsqlConnectionStringBuilder builder, string option)
    {
        var pair = option.Split('=', 2);
        var (name, value) = (pair[0], pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "");
        switch (name)
        {
            case "sslmode":
                builder.SslMode =
                    Enum.TryParse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var mode) && Enum.IsDefined(mode)
                    ? mode
                    : throw new SettingException("sslmode in DATABASE_URL must be one of disable, allow, prefer, require, verify-ca, verify-full.");
                break;
            case "channel_binding":
                break;
            case "host":
                builder.Host = value;
                break;
            default:
                try
                {
                    builder[name.Replace('_', ' ')] = value;
                }
                catch (ArgumentException)
                {
                    // The message does not name the option: after an unescaped ? in the password, the name is part of the password.
                    throw new SettingException(
                        "DATABASE_URL has an unknown option or an invalid value after the ?. Write a ? in a user name or password as %3F.");
                }
                break;
        }
    }
}
