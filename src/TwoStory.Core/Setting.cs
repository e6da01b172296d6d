namespace TwoStory.Core;

/// <summary>A setting is missing or wrong. The message is one line that says what it must be, and never shows a secret.</summary>
public sealed class SettingException(string message) : Exception(message);

/// <summary>Checks of settings that end in one clear line.</summary>
static class Setting
{
    public static void Require(bool holds, string name, string rule)
    {
        if (!holds) throw new SettingException($"{name} {rule}.");
    }

    public static void RequireUrl(Uri? url, string name) =>
        Require(url is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "" }, name, "must be an http or https URL without a user name");

    public static void RequireLimit(int requests, TimeSpan window, string requestsName, string windowName)
    {
        Require(requests > 0, requestsName, "must be 1 or more");
        Require(window > TimeSpan.Zero && window <= TimeSpan.FromDays(1), windowName, "must be above zero and at most a day");
    }

    /// <summary>A header's value travels as it is; a line break in it would also end up in the error that says so.</summary>
    public static bool IsHeaderValue(string? text) => !string.IsNullOrEmpty(text) && text.All(character => character is > ' ' and <= '~');
}
