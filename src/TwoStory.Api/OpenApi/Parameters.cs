using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using TwoStory.Core;
using TwoStory.Core.Accounts;
using TwoStory.Core.Jobs;
using TwoStory.Core.Leads;

namespace TwoStory.Api.OpenApi;

/// <summary>Describes the parameters of routes and queries. A name has the same meaning on every route.</summary>
static class Parameters
{
    public static void Describe(OpenApiParameter parameter)
    {
        if (parameter.Schema is not OpenApiSchema schema) return;
        switch (parameter.Name)
        {
            case "limit":
                parameter.Description = "The maximum number of items.";
                (schema.Minimum, schema.Maximum, schema.Default) = ("1", PageRequest.MaxLimit.ToString(CultureInfo.InvariantCulture), PageRequest.DefaultLimit);
                break;
            case "after":
                parameter.Description = "The value of next of the previous page.";
                break;
            case "q":
                parameter.Description = "A part of the name, e-mail address, phone number or address.";
                break;
            case "owner":
                parameter.Description = "Only the leads of this user.";
                break;
            case "userId" when parameter.In is ParameterLocation.Query:
                parameter.Description = "Only events of this user.";
                break;
            case "action":
                parameter.Description = "Only events of this kind.";
                schema.Enum = Names<AuditAction>();
                break;
            case "leadsTo":
                parameter.Description = "The new owner of the leads; default: the caller.";
                break;
            case "address":
                parameter.Description = "A part of the address, such as 3012 Mount Baker.";
                break;
            case "month":
                parameter.Description = "The calendar month, UTC, such as 2026-11; default: the present month.";
                break;
            case "listingKey":
                parameter.Description = "The key of the listing in the MLS.";
                break;
            case "unread":
                parameter.Description = "true for unread notifications only, false for read ones only.";
                break;
            case "temperature":
                parameter.Description = "Only leads with this temperature.";
                schema.Enum = Names<Temperature>();
                break;
            case "kind":
                parameter.Description = "The name of the job.";
                schema.Enum = [.. JobKinds.All.Select(kind => (JsonNode)kind)];
                break;
        }
    }

    static List<JsonNode> Names<T>() where T : struct, Enum => [.. Enum.GetValues<T>().Select(value => (JsonNode)WireName.From(value))];
}
