using System.Text.RegularExpressions;
using TwoStory.Core.Accounts;

namespace TwoStory.Tests.Api;

/// <summary>The owner of the requested resource.</summary>
enum Whose
{
    None,
    Own,
    Colleague,
    Stranger,
}

/// <summary>A brokerage with callers of every role, and resources of each.</summary>
sealed partial class Team
{
    /// <param name="Role">Null without a session.</param>
    public sealed record Member(string Name, ApiClient Client, Role? Role, Guid UserId);

    readonly ApiHost host;
    readonly ApiClient colleague;
    readonly ApiClient stranger;

    Team(ApiHost host, ApiClient colleague, ApiClient stranger, IReadOnlyList<Member> callers) =>
        (this.host, this.colleague, this.stranger, Callers) = (host, colleague, stranger, callers);

    public IReadOnlyList<Member> Callers { get; }

    public static async Task<Team> AssembleAsync(ApiHost host)
    {
        var owner = await host.RegisterOwnerAsync();
        var admin = await host.AddColleagueAsync(owner, Role.Admin);
        var agent = await host.AddColleagueAsync(owner, Role.Agent);
        var forger = new JwtForger(owner.AccessToken, host.Clock);
        return new Team(host, await host.AddColleagueAsync(owner, Role.Agent), await host.RegisterOwnerAsync(),
        [
            new("no token", host.Anonymous(), null, owner.UserId),
            new("expired token", owner.WithToken(forger.Expired(host)), null, owner.UserId),
            new("forged token", owner.WithToken(forger.SignedWithAnotherKey()), null, owner.UserId),
            new("unsigned token", owner.WithToken(forger.Unsigned()), null, owner.UserId),
            new("agent", agent, Role.Agent, agent.UserId),
            new("admin", admin, Role.Admin, admin.UserId),
            new("owner", owner, Role.Owner, owner.UserId),
        ]);
    }

    /// <summary>The route's path for a fresh thing of that person, so that one try does not spoil the next.</summary>
    public async Task<string> PathAsync(string template, string ids, Member caller, Whose target)
    {
        var path = template.Replace("{kind}", "nearby-sales", StringComparison.Ordinal);
        if (target == Whose.None) return path;
        var (organization, user) = target switch
        {
            Whose.Stranger => (stranger.OrganizationId, stranger.UserId),
            Whose.Colleague => (colleague.OrganizationId, colleague.UserId),
            _ => (colleague.OrganizationId, caller.UserId),
        };
        return Id().Replace(path, (await MakeAsync(ids, organization, user, target)).ToString());
    }

    async Task<Guid> MakeAsync(string ids, Guid organization, Guid user, Whose target)
    {
        var id = Guid.CreateVersion7();
        // Oneself as a user is oneself; of others there are fresh ones.
        if (ids == "User" && target == Whose.Own) return user;
        var sql = ids switch
        {
            "Lead" => "insert into leads (id, organization_id, owner_id, name, alerts_since) values (@id, @organization, @user, 'L', '2026-01-01')",
            "Notification" =>
                """
                insert into leads (id, organization_id, owner_id, name, alerts_since) values (@id, @organization, @user, 'L', '2026-01-01');
                insert into notifications (id, organization_id, user_id, lead_id, kind, cause, title, body, evidence)
                values (@id, @organization, @user, @id, 'value_change', @id::text, 'T', 'B', '{}')
                """,
            "Job" => "insert into job_runs (id, organization_id, kind, instance_id, state) values (@id, @organization, 'nearby-sales', @id::text, 'completed')",
            "User" => "insert into users (id, organization_id, email, name, role, password_hash) values (@id, @organization, @id || '@example.com', 'U', 'agent', '')",
            _ =>
                """
                insert into invitations (id, organization_id, email, role, token_hash, invited_by, expires_at)
                values (@id, @organization, @id || '@example.com', 'agent', uuid_send(@id), @user, now() + interval '1 day')
                """,
        };
        await host.Database.ExecuteAsync(sql, new { id, organization, user }, default);
        return id;
    }

    [GeneratedRegex(@"\{\w*[iI]d:guid\}")]
    private static partial Regex Id();
}
