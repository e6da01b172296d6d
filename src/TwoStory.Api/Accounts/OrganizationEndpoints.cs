using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TwoStory.Api.Http;
using TwoStory.Core;
using TwoStory.Core.Accounts;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Api.Accounts;

static class OrganizationEndpoints
{
    static readonly HashSet<string> ReadOnly = ["id", "subscriptionTier", "sparkCredentialsStatus", "createdAt", "updatedAt"];

    public static void MapOrganization(this IEndpointRouteBuilder api)
    {
        var user = api.MapGroup("organization").WithTags("Organization").RequireAuthorization(Policies.User);
        user.MapGet("", Get).WithName("GetOrganization").WithSummary("The organization and its settings.");

        var admin = api.MapGroup("organization").WithTags("Organization").RequireAuthorization(Policies.Admin);
        admin.MapPut("", Update).WithName("UpdateOrganization").WithSummary("Change settings; what is left out stays.").Accepts<OrganizationSettings>("application/json").WithMetadata(new TaggedRoute()).Fails(400, 403, 412);

        var owner = api.MapGroup("organization").WithTags("Organization").RequireAuthorization(Policies.Owner);
        owner.MapPost("spark-credentials", SetSparkCredentials).WithName("SetSparkCredentials").WithSummary("Test Spark credentials, and keep them when they work.").Fails(400, 403, 422);
    }

    static async Task<Organization> Get(Caller caller, OrganizationService organizations, HttpContext context, CancellationToken cancel) =>
        Tagged(context, await organizations.GetAsync(caller.OrganizationId, cancel));

    static async Task<Organization> Update(
        PatchDocument changes, Caller caller, OrganizationService organizations, MergePatch patch, HttpContext context, CancellationToken cancel) =>
        Tagged(context, await organizations.UpdateAsync(
            caller, EntityTag.Expected(context), settings => patch.Apply(settings, changes.Fields, ReadOnly), cancel));

    static async Task<NoContent> SetSparkCredentials(
        NewSparkCredentials request, Caller caller, SparkCredentialService credentials, CancellationToken cancel)
    {
        await credentials.SetAsync(caller, request, cancel);
        return TypedResults.NoContent();
    }

    static Organization Tagged(HttpContext context, Organization organization)
    {
        EntityTag.Write(context, organization.Version);
        return organization;
    }
}

static class SubscriptionEndpoints
{
    public static void MapSubscription(this IEndpointRouteBuilder api)
    {
        var subscription = api.MapGroup("organization/subscription").WithTags("Organization");
        subscription.MapGet("", Get).WithName("GetSubscription").WithSummary("The tier, its limits, and how much of them is used.").RequireAuthorization(Policies.Admin).Fails(403);
        subscription.MapPut("", Change).WithName("ChangeSubscription").WithSummary("Change the tier; what is over a smaller one is paused and nothing is lost.").RequireAuthorization(Policies.Owner).Fails(400, 403);
    }

    static Task<Subscription> Get(Caller caller, SubscriptionService subscriptions, CancellationToken cancel) =>
        subscriptions.GetAsync(caller.OrganizationId, cancel);

    static Task<Subscription> Change(SubscriptionChange change, Caller caller, SubscriptionService subscriptions, CancellationToken cancel) =>
        subscriptions.ChangeAsync(caller, change, cancel);
}

static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        var owner = api.MapGroup("organization/audit").WithTags("Organization").RequireAuthorization(Policies.Owner);
        owner.MapGet("", List).WithName("ListAuditEvents").WithSummary("Who did what in the organization, when and from where, newest first.").Fails(400, 403);
    }

    static Task<Page<AuditEvent>> List(
        [FromQuery] int? limit, [FromQuery] string? after, [FromQuery] string? action, [FromQuery] Guid? userId, Caller caller, AuditLog audit,
        CancellationToken cancel) =>
        audit.ListAsync(caller.OrganizationId, new AuditFilter(QueryEnum.Parse<AuditAction>("action", action), userId), PageRequest.Parse(limit, after), cancel);
}
