namespace TwoStory.Core;

/// <summary>A setting is missing or invalid. The message is one line that says what the setting must be. It never contains a secret.</summary>
public sealed class SettingException(string message) : Exception(message);

/// <summary>Checks settings at the start.</summary>
static class Setting
{
    public static void Require(bool isValid, string name, string rule)
    {
        if (!isValid) throw new SettingException($"{name} {rule}.");
    }

    public static void RequireUrl(Uri? url, string name) =>
        Require(url is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "" }, name, "must be an http or https URL without a user name");

    public static void RequireLimit(int requests, TimeSpan window, string requestsName, string windowName)
    {
        Require(requests > 0, requestsName, "must be 1 or more");
        Require(window > TimeSpan.Zero && window <= TimeSpan.FromDays(1), windowName, "must be above zero and at most a day");
    }

    /// <summary>A line break in a header value would fail every request, and the exception message would repeat the value.</summary>
    public static bool IsHeaderValue(string? text) => !string.IsNullOrEmpty(text) && text.All(character => character is > ' ' and <= '~');
}
