using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TwoStory.Core.Data;

namespace TwoStory.Core.Email;

/// <summary>Writes e-mails to the outbox in the transaction of the change that they report.</summary>
public sealed class OutboxStore(EmailOptions options)
{
    /// <summary>The error of an e-mail that may have arrived: the provider did not confirm it as long as it recognizes a repetition.</summary>
    public const string OutcomeUnknown = "outcome_unknown";

    static readonly JsonSerializerOptions Wire = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    sealed record Tag(string Name, string Value);

    // The wire format of the provider: https://resend.com/docs/api-reference/emails/send-email
    sealed record Message(string From, string[] To, string Subject, string Html, string Text, Tag[] Tags);

    /// <summary>The base address of links in e-mails, without a trailing slash.</summary>
    public string FrontendUrl => options.FrontendUrl;

    /// <param name="transaction">The transaction of the change that the e-mail reports.</param>
    /// <param name="organizationId">The organization that sends the e-mail.</param>
    /// <param name="recipient">An e-mail address.</param>
    /// <param name="email">The e-mail. It is stored and later sent without changes.</param>
    /// <param name="dedupeKey">A key of the event. Only one e-mail per organization and key is ever written.</param>
    /// <returns>False if an e-mail with this key exists, or the organization does not exist.</returns>
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
