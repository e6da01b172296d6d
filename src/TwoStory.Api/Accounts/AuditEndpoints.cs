using Microsoft.AspNetCore.Mvc;
using TwoStory.Api.Http;
using TwoStory.Core;
using TwoStory.Core.Accounts;

namespace TwoStory.Api.Accounts;

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
