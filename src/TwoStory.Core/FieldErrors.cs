namespace TwoStory.Core;

/// <summary>Collects the errors of an input, so that one response reports all of them.</summary>
public sealed class FieldErrors
{
    readonly Dictionary<string, List<string>> errors = [];

    public void Add(string field, string message)
    {
        if (!errors.TryGetValue(field, out var messages)) errors[field] = messages = [];
        messages.Add(message);
    }

    public void AddIf(bool isWrong, string field, string message)
    {
        if (isWrong) Add(field, message);
    }

    /// <summary>Reads a required text.</summary>
    /// <returns>The trimmed text.</returns>
    public string Required(string field, string? text, int maxLength)
    {
        var trimmed = Optional(field, text, maxLength);
        if (trimmed is null) Add(field, "is required.");
        return trimmed ?? "";
    }

    /// <returns>The trimmed text; null if it is empty.</returns>
    public string? Optional(string field, string? text, int maxLength)
    {
        var trimmed = text?.Trim();
        if (string.IsNullOrEmpty(trimmed)) return null;
        AddIf(trimmed.Length > maxLength, field, $"must have at most {maxLength} characters.");
        AddIf(trimmed.Contains('\0', StringComparison.Ordinal), field, "must not contain the character U+0000.");
        return trimmed;
    }

    /// <exception cref="ValidationException">At least one error was added.</exception>
    public void ThrowIfAny()
    {
        if (errors.Count > 0) throw new ValidationException(errors.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()));
    }
}
