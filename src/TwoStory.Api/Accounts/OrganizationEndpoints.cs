using Microsoft.AspNetCore.Http.HttpResults;
using TwoStory.Api.Http;
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
        Changes changes, Caller caller, OrganizationService organizations, MergePatch patch, HttpContext context, CancellationToken cancel) =>
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
