using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TwoStory.Core.Data;

namespace TwoStory.Core.Email;

/// <summary>Puts mail into the outbox within the caller's transaction, so that what happened and its mail stand or fall together.</summary>
public sealed class OutboxStore(EmailOptions options)
{
    static readonly JsonSerializerOptions Wire = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    sealed record Tag(string Name, string Value);

    // The mail provider's wire format: https://resend.com/docs/api-reference/emails/send-email
    sealed record Message(string From, string[] To, string Subject, string Html, string Text, Tag[] Tags);

    /// <summary>Where links in mail lead.</summary>
    public string FrontendUrl => options.FrontendUrl;

    /// <param name="transaction">The transaction of what the mail tells of.</param>
    /// <param name="organizationId">Whose mail it is.</param>
    /// <param name="recipient">An e-mail address.</param>
    /// <param name="email">The message; kept exactly as it is now.</param>
    /// <param name="dedupeKey">Names the occasion: one mail per organization and key, ever.</param>
    /// <returns>False when that mail was written before, or there is no such organization.</returns>
    public async Task<bool> EnqueueAsync(Transaction transaction, Guid organizationId, string recipient, RenderedEmail email, string dedupeKey)
    {
        var message = new Message(options.From, [recipient], email.Subject, email.Html, email.Text, [new Tag("kind", email.Template)]);
        return await transaction.ExecuteAsync(
            """
            insert into email_outbox (id, organization_id, recipient, template, payload, dedupe_key, carries_secret)
            select @id, id, @recipient, @template, @payload, @dedupeKey, @CarriesSecret from organizations where id = @organizationId
            on conflict (organization_id, dedupe_key) do nothing
            """,
            new
            {
                id = Guid.CreateVersion7(),
                organizationId,
                recipient,
                template = email.Template,
                payload = JsonSerializer.Serialize(message, Wire),
                dedupeKey,
                email.CarriesSecret,
            }) > 0;
    }
}
