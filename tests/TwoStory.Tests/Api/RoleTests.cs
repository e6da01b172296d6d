using TwoStory.Core.Accounts;

namespace TwoStory.Tests.Api;

/// <summary>Calls every route in every role, with own ids, ids of a colleague and ids of another organization.</summary>
public class RoleTests(ApiHost host) : IClassFixture<ApiHost>
{
    /// <summary>The minimum role of a route.</summary>
    enum May
    {
        Anybody,
        User,
        Admin,
        Owner,
    }

    /// <summary>The kind of id in a route.</summary>
    enum Ids
    {
        None,

        /// <summary>A lead: an agent's own, others' for admins.</summary>
        Lead,

        /// <summary>A notification: one's own only.</summary>
        Notification,
        Job,
        User,
        Invitation,
    }

    sealed record Rule(May May, Ids Ids = Ids.None, object? Body = null);

    static readonly Dictionary<string, Rule> Rules = new()
    {
        ["GET /api/health"] = new(May.Anybody),
        ["GET /api/openapi.json"] = new(May.Anybody),
        ["GET /api/docs"] = new(May.Anybody),
        ["POST /api/auth/register"] = new(May.Anybody, Body: new { }),
        ["POST /api/auth/login"] = new(May.Anybody, Body: new { }),
        ["POST /api/auth/refresh"] = new(May.Anybody, Body: new { }),
        ["POST /api/auth/accept-invite"] = new(May.Anybody, Body: new { }),
        ["POST /api/auth/forgot-password"] = new(May.Anybody, Body: new { }),
        ["POST /api/auth/reset-password"] = new(May.Anybody, Body: new { }),
        ["POST /api/auth/logout"] = new(May.Anybody, Body: new { refreshToken = "none" }),
        ["GET /api/auth/me"] = new(May.User),
        ["POST /api/auth/change-password"] = new(May.User, Body: new { }),
        ["GET /api/organization"] = new(May.User),
        ["PUT /api/organization"] = new(May.Admin, Body: new { windowDays = 7 }),
        ["GET /api/organization/audit"] = new(May.Owner),
        ["GET /api/organization/usage"] = new(May.Admin),
        ["GET /api/organization/subscription"] = new(May.Admin),
        ["PUT /api/organization/subscription"] = new(May.Owner, Body: new { tier = "brokerage" }),
        ["POST /api/organization/spark-credentials"] = new(May.Owner, Body: new { }),
        ["GET /api/organization/users"] = new(May.Admin),
        ["PUT /api/organization/users/{userId:guid}"] = new(May.Admin, Ids.User, new { }),
        ["DELETE /api/organization/users/{userId:guid}"] = new(May.Admin, Ids.User),
        ["POST /api/organization/users/invite"] = new(May.Admin, Body: new { }),
        ["GET /api/organization/users/invitations"] = new(May.Admin),
        ["POST /api/organization/users/invitations/{id:guid}/resend"] = new(May.Admin, Ids.Invitation),
        ["DELETE /api/organization/users/invitations/{id:guid}"] = new(May.Admin, Ids.Invitation),
        ["GET /api/leads"] = new(May.User),
        ["POST /api/leads"] = new(May.User, Body: new { }),
        ["GET /api/leads/{id:guid}"] = new(May.User, Ids.Lead),
        ["PUT /api/leads/{id:guid}"] = new(May.User, Ids.Lead, new { }),
        ["DELETE /api/leads/{id:guid}"] = new(May.User, Ids.Lead),
        ["GET /api/leads/{id:guid}/value-history"] = new(May.User, Ids.Lead),
        ["GET /api/leads/{id:guid}/nearby-sales"] = new(May.User, Ids.Lead),
        ["POST /api/leads/{id:guid}/nearby-sales/refresh"] = new(May.User, Ids.Lead),
        ["POST /api/leads/{id:guid}/value/refresh"] = new(May.User, Ids.Lead),
        ["GET /api/leads/{id:guid}/market"] = new(May.User, Ids.Lead),
        ["GET /api/leads/{id:guid}/comparables"] = new(May.User, Ids.Lead),
        ["GET /api/listings"] = new(May.User),
        ["GET /api/listings/{listingKey}"] = new(May.User),
        ["GET /api/dashboard/stats"] = new(May.User),
        ["GET /api/notifications"] = new(May.User),
        ["GET /api/notifications/unread-count"] = new(May.User),
        ["GET /api/notifications/{id:guid}"] = new(May.User, Ids.Notification),
        ["PUT /api/notifications/{id:guid}/read"] = new(May.User, Ids.Notification),
        ["POST /api/notifications/mark-all-read"] = new(May.User),
        ["DELETE /api/notifications/{id:guid}"] = new(May.User, Ids.Notification),
        ["POST /api/jobs/{kind}"] = new(May.Admin),
        ["POST /api/jobs/{id:guid}/cancel"] = new(May.Admin, Ids.Job),
        ["GET /api/jobs"] = new(May.Admin),
        ["GET /api/jobs/{id:guid}"] = new(May.Admin, Ids.Job),
    };

    [Fact]
    public void Every_route_has_a_rule_and_a_name_of_its_own()
    {
        var routes = MappedRoutes.From(host.Services).ToList();

        Assert.Equal(Rules.Keys.Order(), routes.Select(Key).Order());
        Assert.DoesNotContain("", routes.Select(route => route.Name));
        Assert.Equal(routes.Count, routes.Select(route => route.Name).Distinct().Count());
    }

    [Fact]
    public async Task Every_route_answers_every_role_and_id_according_to_its_rule()
    {
        var team = await Team.AssembleAsync(host);
        var wrong = new List<string>();
        var tried = 0;
        // Last the routes that remove users or sessions that the other routes need.
        foreach (var route in MappedRoutes.From(host.Services).OrderBy(route => route.Name == "Logout").ThenBy(route => route.Template, StringComparer.Ordinal))
        {
            var rule = Rules[Key(route)];
            foreach (var caller in team.Callers)
            {
                foreach (var target in rule.Ids == Ids.None ? [Whose.None] : new[] { Whose.Stranger, Whose.Colleague, Whose.Own })
                {
                    var path = await team.PathAsync(route.Template, rule.Ids.ToString(), caller, target);
                    var answer = await caller.Client.SendAsync(route.Method, path, route.TakesBody ? rule.Body : null);
                    tried++;
                    if (!IsAsExpected(rule, caller, target, answer.Status)) wrong.Add($"{caller.Name} at {Key(route)} of {target}: {answer.Status}");
                }
            }
        }
        Assert.Empty(wrong);
        Assert.True(tried > 300, $"only {tried} tried");
    }

    static bool IsAsExpected(Rule rule, Team.Member caller, Whose target, int status)
    {
        if (rule.May == May.Anybody) return status is not (403 or 404 or 405 or >= 500);
        if (caller.Role is not { } role) return status == 401;
        var isAllowed = rule.May switch { May.User => true, May.Admin => role != Role.Agent, _ => role == Role.Owner };
        if (!isAllowed) return status == 403;
        return IsVisible(rule.Ids, role, target) ? status is not (401 or 404 or 405 or >= 500) : status == 404;
    }

    static bool IsVisible(Ids ids, Role role, Whose target) => target switch
    {
        Whose.Stranger => false,
        Whose.Colleague => ids switch { Ids.Lead => role != Role.Agent, Ids.Notification => false, _ => true },
        _ => true,
    };

    static string Key(MappedRoute route) => $"{route.Method} {route.Template}";
}
