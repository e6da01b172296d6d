namespace TwoStory.Simulators.Mail;

/// <summary>The mailbox for people (pages) and for tools (JSON).</summary>
sealed class MailboxEndpoints(Mailbox mailbox)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/mailbox", context => MailboxPages.List(mailbox.All()).SendAsync(context));
        routes.MapGet("/mailbox/{id:guid}", context =>
        {
            var mail = mailbox.Find(Guid.Parse(context.Request.RouteValues["id"]!.ToString()!));
            return (mail is null ? MailboxPages.Missing() : MailboxPages.One(mail)).SendAsync(context);
        });
        routes.MapGet("/mailbox.json", (string? to) => Results.Json(
            mailbox.All().Where(mail => to is null || mail.To.Any(address => address.Contains(to, StringComparison.OrdinalIgnoreCase))), Mail.Json));
    }
}
