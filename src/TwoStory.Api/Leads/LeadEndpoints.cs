using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TwoStory.Api.Accounts;
using TwoStory.Api.Http;
using TwoStory.Core;
using TwoStory.Core.Accounts;
using TwoStory.Core.Leads;

namespace TwoStory.Api.Leads;

static class LeadEndpoints
{
    static readonly HashSet<string> ReadOnly =
        ["id", "locationPrecision", "monitoringPaused", "createdAt", "updatedAt", "value", "valueHistory", "nearbySales", "filled", "notFilled"];

    public static void MapLeads(this IEndpointRouteBuilder api)
    {
        var leads = api.MapGroup("leads").WithTags("Leads").RequireAuthorization(Policies.User);
        leads.MapGet("", List).WithName("ListLeads").ChecksSessionInQuery().Fails(400);
        leads.MapPost("", Create).WithName("CreateLead").TakesIdempotencyKey().Fails(400, 409, 422);
        leads.MapGet("{id:guid}", Get).WithName("GetLead").ChecksSessionInQuery().Fails(404);
        leads.MapPut("{id:guid}", Update).WithName("UpdateLead").Accepts<NewLead>("application/json").WithMetadata(new TaggedRoute()).Fails(400, 404, 409, 412);
        leads.MapDelete("{id:guid}", Delete).WithName("DeleteLead").WithMetadata(new TaggedRoute()).Fails(404, 412);
        leads.MapGet("{id:guid}/value-history", Values).WithName("ListLeadValues").ChecksSessionInQuery().Fails(400, 404);
        leads.MapGet("{id:guid}/nearby-sales", Sales).WithName("ListLeadNearbySales").ChecksSessionInQuery().Fails(400, 404);
    }

    /// <summary>Lists the leads that the caller can see, newest first.</summary>
    internal static Task<Page<Lead>> List(
        [FromQuery] string? temperature, [FromQuery] Guid? owner, [FromQuery] string? q, [FromQuery] int? limit, [FromQuery] string? after,
        Caller caller, LeadService leads, CancellationToken cancel)
    {
        var filter = new LeadFilter(QueryEnum.Parse<Temperature>("temperature", temperature), owner, string.IsNullOrWhiteSpace(q) ? null : q.Trim());
        return leads.ListAsync(caller, filter, PageRequest.Parse(limit, after), cancel);
    }

    /// <summary>Adds a lead. The address is geocoded unless coordinates are given.</summary>
    internal static async Task<Created<CreatedLead>> Create(
        NewLead request, Caller caller, LeadService leads, LeadEnricher enricher, NewResource resource, HttpContext context, CancellationToken cancel)
    {
        var kept = await leads.CreateAsync(caller, request, resource.Id, cancel);
        var lead = request.Enrich ? await enricher.EnrichAsync(caller.OrganizationId, kept, cancel) : new CreatedLead(kept, [], null);
        return TypedResults.Created($"/api/leads/{lead.Id}", Tagged(context, lead));
    }

    /// <summary>Gets a lead with its values and nearby sales.</summary>
    internal static async Task<LeadDetail> Get(Guid id, Caller caller, LeadService leads, HttpContext context, CancellationToken cancel) =>
        Tagged(context, await leads.DetailAsync(caller, id, cancel));

    /// <summary>Changes a lead. Omitted fields stay the same; a new address is geocoded.</summary>
    internal static async Task<Lead> Update(
        Guid id, PatchDocument changes, Caller caller, LeadService leads, MergePatch patch, HttpContext context, CancellationToken cancel) =>
        Tagged(context, await leads.UpdateAsync(
            caller, id, EntityTag.Expected(context), lead => patch.Apply(lead, changes.Fields, ReadOnly), cancel));

    /// <summary>Deletes a lead with its values, nearby sales and notifications.</summary>
    internal static async Task<NoContent> Delete(Guid id, Caller caller, LeadService leads, HttpContext context, CancellationToken cancel)
    {
        await leads.DeleteAsync(caller, id, EntityTag.Expected(context), cancel);
        return TypedResults.NoContent();
    }

    /// <summary>Lists the values of the home, newest first.</summary>
    internal static Task<Page<HomeValue>> Values(
        Guid id, [FromQuery] int? limit, [FromQuery] string? after, Caller caller, LeadService leads, CancellationToken cancel) =>
        leads.ValuesAsync(caller, id, PageRequest.Parse(limit, after), cancel);

    /// <summary>Lists the homes sold near the lead, newest first.</summary>
    internal static Task<Page<NearbySale>> Sales(
        Guid id, [FromQuery] int? limit, [FromQuery] string? after, Caller caller, LeadService leads, CancellationToken cancel) =>
        leads.SalesAsync(caller, id, PageRequest.Parse(limit, after), cancel);

    static T Tagged<T>(HttpContext context, T lead) where T : Lead
    {
        EntityTag.Write(context, lead.Version);
        return lead;
    }
}
