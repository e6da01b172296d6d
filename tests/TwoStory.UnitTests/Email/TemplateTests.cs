using System.Net;
using TwoStory.Core.Email;
using TwoStory.Core.NearbySales;
using TwoStory.Core.Valuations;

namespace TwoStory.Tests.Email;

public sealed class TemplateTests
{
    const string Nasty = "<script>alert('x')</script> & \"Co\"";

    static readonly LeadSales[] Leads =
    [
        new(Guid.CreateVersion7(), "Alma Abbott", "12 Elm Street, Seattle",
        [
            new SaleLine("14 Elm Street, Seattle, WA", 812_500m, new DateOnly(2026, 5, 9), 0.42, "Fictional Estates"),
            new SaleLine("99 Oak Avenue, Seattle, WA", null, new DateOnly(2026, 5, 8), 0, null),
        ]),
        new(Guid.CreateVersion7(), Nasty, Nasty, [new SaleLine(Nasty, 1m, new DateOnly(2026, 5, 7), 1, Nasty)]),
    ];

    [Fact]
    public void Nearby_sales_are_grouped_by_lead_with_all_facts_in_html_and_in_text()
    {
        var mail = NearbySalesEmail.Render("Ann Agent", Leads, 3, "https://app.example");

        Assert.Equal(("nearby_sales", "3 sales near 2 leads"), (mail.Template, mail.Subject));
        foreach (var part in new[] { WebUtility.HtmlDecode(mail.Html), mail.Text })
        {
            string[] inOrder =
            [
                "Ann Agent", "Alma Abbott", "12 Elm Street, Seattle", "14 Elm Street, Seattle, WA", "$812,500", "May 9, 2026", "0.42 mi away", "Fictional Estates",
                "99 Oak Avenue", "price not disclosed", "May 8, 2026", "at this address or next door", Nasty, "May 7, 2026",
            ];
            var at = 0;
            foreach (var fact in inOrder)
            {
                at = part.IndexOf(fact, at, StringComparison.Ordinal);
                Assert.True(at >= 0, $"{fact} is missing or out of order");
            }
            Assert.All(Leads, lead => Assert.Contains($"https://app.example/leads/{lead.LeadId}", part, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void User_input_is_never_rendered_as_markup()
    {
        RenderedEmail[] mails =
        [
            NearbySalesEmail.Render(Nasty, Leads, 3, "https://app.example"),
            NearbySalesEmail.Render(Nasty, [Leads[1]], 1, "https://app.example"),
            ValueChangesEmail.Render(Nasty, [new ValueLine(Guid.CreateVersion7(), Nasty, Nasty, 1, new(2026, 1, 1), 2, null, null, 100)], 1, "https://app.example"),
            InvitationEmail.Render(Nasty, Nasty, "agent", "https://app.example/?a=1&b=\"2\"", new(2026, 1, 1)),
        ];
        Assert.All(mails, mail => Assert.DoesNotContain("<script", mail.Html, StringComparison.OrdinalIgnoreCase));
        Assert.All(mails, mail => Assert.DoesNotContain("\"Co\"", mail.Html, StringComparison.Ordinal));
        Assert.All(mails, mail => Assert.Contains(Nasty, mail.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void One_sale_near_one_lead_reads_as_one() =>
        Assert.Equal("1 home sold near Alma Abbott", NearbySalesEmail.Render("Ann", [Leads[0] with { Sales = [Leads[0].Sales[0]] }], 1, "https://app.example").Subject);

    [Fact]
    public void Too_long_a_mail_reports_the_number_of_omitted_items()
    {
        var mail = NearbySalesEmail.Render("Ann", Leads, 1_503, "https://app.example");
        Assert.Contains("and 1,500 more sales: https://app.example/notifications", mail.Text, StringComparison.Ordinal);
        Assert.Contains("and 1,500 more sales", mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void Value_changes_show_both_values_and_the_difference()
    {
        var mail = ValueChangesEmail.Render(
            "Ann Agent",
            [
                new ValueLine(Guid.CreateVersion7(), "Alma Abbott", "12 Elm Street", 500_000, new(2026, 5, 3), 512_345, 480_000, 545_000, 2.469m),
                new ValueLine(Guid.CreateVersion7(), "Ben Bauer", "7 Oak Street", 500_000, new(2026, 5, 3), 450_000, null, null, -10),
            ],
            2, "https://app.example");

        Assert.Equal(("value_changes", "2 homes of your leads changed in value"), (mail.Template, mail.Subject));
        foreach (var part in new[] { WebUtility.HtmlDecode(mail.Html), mail.Text })
        {
            Assert.Contains("Alma Abbott", part, StringComparison.Ordinal);
            Assert.Contains("+2.5 %, from $500,000 on May 3, 2026 to $512,345 (range $480,000 to $545,000)", part, StringComparison.Ordinal);
            Assert.Contains("-10.0 %, from $500,000 on May 3, 2026 to $450,000", part, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_reset_mail_contains_its_link_and_validity()
    {
        var mail = PasswordResetEmail.Render("https://app.example/reset-password?token=abc&x=1", 60);

        Assert.Equal(("password_reset", "Reset your TwoStory password", true), (mail.Template, mail.Subject, mail.CarriesSecret));
        foreach (var part in new[] { WebUtility.HtmlDecode(mail.Html), mail.Text })
        {
            Assert.Contains("https://app.example/reset-password?token=abc&x=1", part, StringComparison.Ordinal);
            Assert.Contains("works once, for 60 minutes", part, StringComparison.Ordinal);
            Assert.Contains("If you did not make this request", part, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_invitation_names_the_inviter_the_brokerage_the_role_and_the_expiry()
    {
        var mail = InvitationEmail.Render("Cascade Homes", "Dana Whitfield", "agent", "https://app.example/accept?token=abc&x=1", new(2026, 5, 17));

        Assert.Equal(("invitation", "Join Cascade Homes on TwoStory"), (mail.Template, mail.Subject));
        foreach (var part in new[] { WebUtility.HtmlDecode(mail.Html), mail.Text })
        {
            Assert.Contains("Dana Whitfield invites you to join Cascade Homes on TwoStory as an agent.", part, StringComparison.Ordinal);
            Assert.Contains("https://app.example/accept?token=abc&x=1", part, StringComparison.Ordinal);
            Assert.Contains("May 17, 2026", part, StringComparison.Ordinal);
        }
    }
}
