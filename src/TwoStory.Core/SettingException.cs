namespace TwoStory.Core;

/// <summary>A setting is missing or wrong. The message is one line that says what it must be, and never shows a secret.</summary>
public sealed class SettingException(string message) : Exception(message);
