namespace TwoStory.Core;

/// <summary>Collects what is wrong with an input, so that the caller hears all of it at once.</summary>
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

    /// <summary>Takes a text that must be there.</summary>
    /// <returns>The text without white space around it.</returns>
    public string Required(string field, string? text, int maxLength)
    {
        var trimmed = Optional(field, text, maxLength);
        if (trimmed is null) Add(field, "is required.");
        return trimmed ?? "";
    }

    /// <returns>The text without white space around it; null for none.</returns>
    public string? Optional(string field, string? text, int maxLength)
    {
        var trimmed = text?.Trim();
        if (string.IsNullOrEmpty(trimmed)) return null;
        AddIf(trimmed.Length > maxLength, field, $"must have at most {maxLength} characters.");
        AddIf(trimmed.Contains('\0', StringComparison.Ordinal), field, "must not contain the character U+0000.");
        return trimmed;
    }

    /// <exception cref="ValidationException">Something was added.</exception>
    public void ThrowIfAny()
    {
        if (errors.Count > 0) throw new ValidationException(errors.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()));
    }
}
