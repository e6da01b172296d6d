using System.Net.Mail;

namespace TwoStory.Core.Accounts;

/// <summary>Validates e-mail addresses: one mailbox with a domain, at most 254 characters.</summary>
public static class EmailAddress
{
    public const int MaxLength = 254;

    public static bool IsValid(string text) =>
        text.Length is > 2 and <= MaxLength
        && MailAddress.TryCreate(text, out var parsed)
        && parsed.Address == text
        && !text.Any(character => char.IsWhiteSpace(character) || char.IsControl(character) || character is '"' or ',' or ';' or '<' or '>')
        && parsed.Host.Length > 0;

    /// <summary>Reads a required address and adds its errors.</summary>
    public static string Required(FieldErrors errors, string field, string? text)
    {
        var trimmed = errors.Required(field, text, MaxLength);
        errors.AddIf(trimmed.Length is > 0 and <= MaxLength && !IsValid(trimmed), field, "must be an e-mail address such as ann@example.com.");
        return trimmed;
    }

    /// <summary>Reads an optional address and adds its errors.</summary>
    public static string? Optional(FieldErrors errors, string field, string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : Required(errors, field, text);
}
