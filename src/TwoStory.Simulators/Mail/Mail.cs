using System.Text.Json;

namespace TwoStory.Simulators.Mail;

/// <summary>A mail as it was accepted.</summary>
/// <param name="Id">What the sender was told.</param>
/// <param name="From">As sent.</param>
/// <param name="To">One or more recipients.</param>
/// <param name="Subject">As sent.</param>
/// <param name="Html">The HTML part, if any.</param>
/// <param name="Text">The plain part, if any.</param>
/// <param name="Headers">The sender's own headers.</param>
/// <param name="Tags">The sender's tags, in the order given.</param>
/// <param name="ReplyTo">Where answers go.</param>
/// <param name="IdempotencyKey">Of the request that brought it.</param>
/// <param name="PayloadHash">Of that whole request, hex.</param>
/// <param name="Place">Its place in that request: 0 but in a batch.</param>
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
