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
        user.MapGet("", Get).WithName("GetOrganization").ChecksSessionInQuery();

        var admin = api.MapGroup("organization").WithTags("Organization").RequireAuthorization(Policies.Admin);
        admin.MapPut("", Update).WithName("UpdateOrganization")
            .Accepts<OrganizationSettings>("application/json").WithMetadata(new TaggedRoute()).Fails(400, 403, 412);

        var owner = api.MapGroup("organization").WithTags("Organization").RequireAuthorization(Policies.Owner);
        owner.MapPost("spark-credentials", SetSparkCredentials).WithName("SetSparkCredentials").Fails(400, 403, 422);
    }

    /// <summary>Gets the organization and its settings.</summary>
    internal static async Task<Organization> Get(Caller caller, OrganizationService organizations, HttpContext context, CancellationToken cancel) =>
        Tagged(context, await organizations.GetAsync(caller, cancel));

    /// <summary>Changes settings. Omitted fields stay the same.</summary>
    internal static async Task<Organization> Update(
        PatchDocument changes, Caller caller, OrganizationService organizations, MergePatch patch, HttpContext context, CancellationToken cancel) =>
        Tagged(context, await organizations.UpdateAsync(
            caller, EntityTag.Expected(context), settings => patch.Apply(settings, changes.Fields, ReadOnly), cancel));

    /// <summary>Tests Spark credentials and stores them if they work.</summary>
    internal static async Task<NoContent> SetSparkCredentials(
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
        subscription.MapGet("", Get).WithName("GetSubscription").RequireAuthorization(Policies.Admin).Fails(403);
        subscription.MapPut("", Change).WithName("ChangeSubscription").RequireAuthorization(Policies.Owner).Fails(400, 403);
    }

    /// <summary>Gets the tier, its limits and the usage.</summary>
    internal static Task<Subscription> Get(Caller caller, SubscriptionService subscriptions, CancellationToken cancel) =>
        subscriptions.GetAsync(caller.OrganizationId, cancel);

    /// <summary>Changes the tier. Users and leads beyond a lower limit are paused; nothing is deleted.</summary>
    internal static Task<Subscription> Change(SubscriptionChange change, Caller caller, SubscriptionService subscriptions, CancellationToken cancel) =>
        subscriptions.ChangeAsync(caller, change, cancel);
}

static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        var owner = api.MapGroup("organization/audit").WithTags("Organization").RequireAuthorization(Policies.Owner);
        owner.MapGet("", List).WithName("ListAuditEvents").Fails(400, 403);
    }

    /// <summary>Lists the audit events of the organization, newest first.</summary>
    internal static Task<Page<AuditEvent>> List(
        [FromQuery] int? limit, [FromQuery] string? after, [FromQuery] string? action, [FromQuery] Guid? userId, Caller caller, AuditLog audit,
        CancellationToken cancel) =>
        audit.ListAsync(
            caller.OrganizationId, new AuditFilter(QueryEnum.Parse<AuditAction>("action", action), userId), PageRequest.Parse(limit, after), cancel);
}
