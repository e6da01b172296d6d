using System.Text.Json.Nodes;
using TwoStory.Api.Http;
using TwoStory.Core.Accounts;

namespace TwoStory.Api.Accounts;

static class OrganizationEndpoints
{
    static readonly HashSet<string> ReadOnly = ["id", "subscriptionTier", "sparkCredentialsStatus", "createdAt", "updatedAt"];

    public static void MapOrganization(this IEndpointRouteBuilder api)
    {
        var user = api.MapGroup("organization").WithTags("Organization").RequireAuthorization(Policies.User);
        user.MapGet("", Get).WithName("GetOrganization");

        var admin = api.MapGroup("organization").WithTags("Organization").RequireAuthorization(Policies.Admin);
        admin.MapPut("", Update).WithName("UpdateOrganization").Accepts<OrganizationSettings>("application/json").Fails(400, 403, 412);
    }

    static async Task<Organization> Get(Caller caller, OrganizationService organizations, HttpContext context, CancellationToken cancel) =>
        Tagged(context, await organizations.GetAsync(caller.OrganizationId, cancel));

    static async Task<Organization> Update(
        JsonObject changes, Caller caller, OrganizationService organizations, MergePatch patch, HttpContext context, CancellationToken cancel) =>
        Tagged(context, await organizations.UpdateAsync(
            caller.OrganizationId, EntityTag.Expected(context), settings => patch.Apply(settings, changes, ReadOnly), cancel));

    static Organization Tagged(HttpContext context, Organization organization)
    {
        EntityTag.Write(context, organization.Version);
        return organization;
    }
}
