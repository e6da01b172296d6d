namespace TwoStory.Tests.Hostile;

/// <summary>Texts and JSON values that have broken other programs.</summary>
static class HostileText
{
    /// <summary>Only in errors of the server; no payload contains one.</summary>
    public static readonly string[] Internals =
    [
        "   at TwoStory", "   at System", "   at Microsoft", "   at Npgsql", "Npgsql", "PostgresException", "StackTrace", "Microsoft.AspNetCore", ".cs:line", "System.",
        "organization_id", "password_hash", "token_hash", "set_config", "twostory_tenant", "SQLSTATE", "Dapper", "Exception:",
    ];

    /// <summary>Part of a header that would be there if a line break in a value became one in the answer.</summary>
    public const string InjectedHeader = "X-Injected";

    public static readonly string[] Texts =
    [
        "", " ", "\0", "a\0b", "\u0001\u001f\u007f", "\r\nX-Injected: yes\r\n\r\n<html>", "\t\n\v\f\r", "'", "''", "\"", "\\", "`", ";", "--", "/*", "%", "_", "%_%", "\\%",
        "' or '1'='1", "'; drop table leads; --", "') union select 1,2,3 --", "$$; select pg_sleep(0); $$", "{0}", "{{7*7}}", "${jndi:ldap://127.0.0.1/a}", "%s%n%x",
        "<script>alert(1)</script>", "../../../../etc/passwd", "..\\..\\windows\\win.ini", "file:///etc/passwd", "http://127.0.0.1:1/", "javascript:alert(1)",
        "null", "undefined", "NaN", "Infinity", "-Infinity", "-0", "1e309", "-1e309", "0x7fffffff", "99999999999999999999999999999999", "1.7976931348623157e308",
        "true", "[]", "{}", "[object Object]", "0000-00-00", "2026-02-30", "9999-12-31", "0001-01-01", "10000-01-01", "2026-13-01", "9999-12-31T23:59:60Z", "2026-01-31T00:00:00",
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "not-a-guid",
        "\u202Eevil\u202C", "\u200B", "\uFEFF", "\uFFFD", "\uFFFE", "\uFFFF", "e\u0301\u0301\u0301\u0301", "\u0130\u0131\u1E9E\u00DF", "\U0001F468\u200D\U0001F469\u200D\U0001F467", "\U0010FFFF",
        "\uD800", "\uDC00", "a\uD83Db", "\uDFFF\uD800", "مرحبا", "שלום", "Z\u0351\u036B\u0343", "ﷺ", "a@b", "a@b@c", "\"a b\"@example.com", "a@example.com\r\nBcc: b@example.com",
        "a@\u0130.com", "ｕｓｅｒ@example.com", "contains(UnparsedAddress,'x') or 1 eq 1", "1' or StandardStatus ne 'Closed", "12 O'Brien'' Ct",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "________________________________", "eyJhbGciOiJub25lIn0.e30.", "America/../Denver", "../UTC", "Etc/GMT+12",
    ];

    /// <summary>Any text: one of the known, a stretch of odd characters, or a very long one.</summary>
    public static string Any(Random random) => random.Next(8) switch
    {
        0 => new string(Odd(random), random.Next(1, 20_000)),
        1 => string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => Odd(random))),
        2 => Pick(random, Texts) + Pick(random, Texts),
        _ => Pick(random, Texts),
    };

    /// <summary>A JSON value of any kind, as text.</summary>
    public static string AnyJson(Random random) => random.Next(10) switch
    {
        0 => Pick(random, ["null", "true", "false", "[]", "{}", "[[]]", "{\"a\":{}}", "[null]", "{\"\":0}", "\"\""]),
        1 => Pick(random, ["0", "-1", "1", "-0.0", "1e400", "-1e400", "1e-400", "2147483648", "-2147483649", "9223372036854775808", "1e28", "79228162514264337593543950336", "0.00000000000000000000000000001"]),
        2 => Pick(random, ["NaN", "Infinity", "-Infinity", "01", "1.", ".5", "+1", "0x1", "1e", "'a'", "undefined", "\"\\x\"", "\"\\u12\"", "\"\t\""]),
        3 => new string('9', random.Next(1, 5_000)),
        4 => string.Concat(Enumerable.Repeat("[", Depth(random))) + "1",
        5 => Pick(random, ["\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "{\"\\ud800\":1}", "{\"\\u0000\":1}", "[\"\\udfff\"]", "{\"a\":1,\"a\":2}"]),
        _ => Quoted(Any(random)),
    };

    /// <summary>The text as a JSON string; half surrogates stay, as escapes.</summary>
    public static string Quoted(string text) =>
        $"\"{string.Concat(text.Select(character => character is < ' ' or '"' or '\\' or > '~' ? $"\\u{(int)character:x4}" : character.ToString()))}\"";

    public static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    static int Depth(Random random) => random.Next(4) == 0 ? 50_000 : random.Next(1, 100);

    static char Odd(Random random) => random.Next(4) switch
    {
        0 => (char)random.Next(0, 0x80),
        1 => (char)random.Next(0xD800, 0xE000),
        2 => (char)random.Next(0x300, 0x370),
        _ => (char)random.Next(0, 0x10000),
    };
}
