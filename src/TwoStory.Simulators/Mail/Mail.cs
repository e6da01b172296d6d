using System.Text.Json;

namespace TwoStory.Simulators.Mail;

/// <summary>A mail. The mailbox sets the last four properties when it accepts it.</summary>
/// <param name="Id">The id in the response to the sender.</param>
/// <param name="From">As sent.</param>
/// <param name="To">One or more recipients.</param>
/// <param name="Subject">As sent.</param>
/// <param name="Html">The HTML part, if any.</param>
/// <param name="Text">The plain part, if any.</param>
/// <param name="Headers">The sender's own headers.</param>
/// <param name="Tags">The sender's tags, in the order given.</param>
/// <param name="ReplyTo">Addresses for replies.</param>
/// <param name="IdempotencyKey">The key of the request.</param>
/// <param name="PayloadHash">Hash of the whole request, hex.</param>
/// <param name="Place">Its index in that request; 0 except in a batch.</param>
/// <param name="ReceivedAt">UTC.</param>
sealed record Mail(
    Guid Id,
    string From,
    IReadOnlyList<string> To,
    string Subject,
    string? Html,
    string? Text,
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyList<MailTag> Tags,
    IReadOnlyList<string> ReplyTo,
    string? IdempotencyKey,
    string PayloadHash,
    int Place,
    DateTimeOffset ReceivedAt)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
}

/// <summary>A tag of a mail.</summary>
sealed record MailTag(string Name, string Value);

/// <summary>Reads a mail of a request to send, with the checks of Resend.</summary>
static class MailReader
{
    const int MostRecipients = 50;

    /// <exception cref="MailException">Resend refuses the mail.</exception>
    public static Mail Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new MailException("validation_error", "The mail must be a JSON object");
        }

        var to = Recipients(json, "to");
        if (to.Count > MostRecipients)
        {
            throw new MailException("validation_error", $"The `to` field must have at most {MostRecipients} recipients");
        }

        if (to.Any(address => !address.Contains('@')))
        {
            throw new MailException("validation_error", "Invalid `to` field. The email address needs to follow the `email@example.com` format.");
        }

        var (html, text) = (Field(json, "html"), Field(json, "text"));
        return html is null && text is null
            ? throw Missing("html")
            : new(Guid.CreateVersion7(), Field(json, "from") ?? throw Missing("from"), to.Count > 0 ? to : throw Missing("to"),
                Field(json, "subject") ?? throw Missing("subject"), html, text, HeadersOf(json), TagsOf(json), Recipients(json, "reply_to"),
                IdempotencyKey: null, PayloadHash: "", Place: 0, ReceivedAt: default);
    }

    static string? Field(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static IReadOnlyList<string> Recipients(JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? []
        : value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => [.. value.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)],
            _ => [],
        };

    static Dictionary<string, string> HeadersOf(JsonElement json) =>
        json.TryGetProperty("headers", out var value) && value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().ToDictionary(header => header.Name, header => header.Value.ToString())
            : [];

    static IReadOnlyList<MailTag> TagsOf(JsonElement json) =>
        !json.TryGetProperty("tags", out var value) || value.ValueKind != JsonValueKind.Array ? []
        : [.. value.EnumerateArray().Select(tag => new MailTag(Word(tag, "name"), Word(tag, "value")))];

    static string Word(JsonElement tag, string name) =>
        Field(tag, name) is { Length: > 0 and <= 256 } word && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')
            ? word
            : throw new MailException("validation_error", "Tags should only contain ASCII letters, numbers, underscores, or dashes.");

    static MailException Missing(string field) => new("missing_required_field", $"Missing `{field}` field");
}

/// <summary>A mail that Resend answers with 422.</summary>
sealed class MailException(string name, string message) : Exception(message)
{
    public string Name => name;
}
