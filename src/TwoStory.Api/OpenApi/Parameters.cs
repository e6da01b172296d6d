using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using TwoStory.Core;
using TwoStory.Core.Accounts;
using TwoStory.Core.Jobs;
using TwoStory.Core.Leads;

namespace TwoStory.Api.OpenApi;

/// <summary>What the parameters of routes and queries mean and may be; each name means the same everywhere.</summary>
static class Parameters
{
    public static void Describe(OpenApiParameter parameter)
    {
        if (parameter.Schema is not OpenApiSchema schema) return;
        switch (parameter.Name)
        {
            case "limit":
                parameter.Description = "How many items at most.";
                (schema.Minimum, schema.Maximum, schema.Default) = ("1", PageRequest.MaxLimit.ToString(CultureInfo.InvariantCulture), PageRequest.DefaultLimit);
                break;
            case "after":
                parameter.Description = "Where the page before ended: its next.";
                break;
            case "q":
                parameter.Description = "Words of the name, e-mail, phone or address.";
                break;
            case "owner":
                parameter.Description = "Only the leads of this user.";
                break;
            case "userId" when parameter.In is ParameterLocation.Query:
                parameter.Description = "Only what this user did.";
                break;
            case "action":
                parameter.Description = "Only what was done in this way.";
                schema.Enum = Names<AuditAction>();
                break;
            case "leadsTo":
                parameter.Description = "The user who gets the removed user's leads; default: who removes.";
                break;
            case "address":
                parameter.Description = "Words of the address, such as 3012 Mount Baker.";
                break;
            case "month":
                parameter.Description = "The calendar month, UTC, such as 2026-11; default: the present one.";
                break;
            case "listingKey":
                parameter.Description = "The MLS's key of the listing.";
                break;
            case "unread":
                parameter.Description = "Only those that are unread, or only those that are read.";
                break;
            case "temperature":
                parameter.Description = "Only leads of this temperature.";
                schema.Enum = Names<Temperature>();
                break;
            case "kind":
                parameter.Description = "The job.";
                schema.Enum = [.. JobKinds.All.Select(kind => (JsonNode)kind)];
                break;
        }
    }

    static List<JsonNode> Names<T>() where T : struct, Enum => [.. Enum.GetValues<T>().Select(value => (JsonNode)WireName.From(value))];
}
