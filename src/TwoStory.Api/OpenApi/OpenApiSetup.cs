using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using TwoStory.Api.Http;

namespace TwoStory.Api.OpenApi;

/// <summary>Describes the API as OpenAPI 3.1, from what is mapped.</summary>
static class OpenApiSetup
{
    public const string Document = "v1";
    const string Scheme = "bearer";

    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = description => description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, _, _) => Describe(document));
        options.AddOperationTransformer((operation, context, _) => Describe(operation, context));
        options.AddSchemaTransformer((schema, context, _) => Describe(schema, context.JsonTypeInfo));
    }

    static Task Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo { Title = "TwoStory", Version = "1", Description = "The backend of a real-estate CRM. Every failure is a problem (RFC 9457) with a stable code; see /api/docs." };
        // Relative: one document, whatever the host.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT", Description = "The access token of register, login or refresh." },
        };
        return Task.CompletedTask;
    }

    static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? []) Parameters.Describe(parameter);
        SortResponses(operation);
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (!metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
        }
        if (metadata.OfType<IdempotentRoute>().Any()) AddHeader(operation, "Idempotency-Key", "Names the request: sent again with the same key it is carried out once, and answers the same. Kept for 24 hours.");
        if (metadata.OfType<TaggedRoute>().Any())
        {
            AddHeader(operation, "If-Match", "The ETag that was read: the change is refused with 412 when somebody else was faster.");
        }
        return Task.CompletedTask;
    }

    static void AddHeader(OpenApiOperation operation, string name, string description)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }

    // Where an enum may be null, the property says so.
    static void DescribeEnum(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.String;
        schema.Enum = [.. (schema.Enum ?? []).Where(name => name?.GetValueKind() is JsonValueKind.String)];
    }

    static void SortResponses(OpenApiOperation operation)
    {
        var sorted = new OpenApiResponses();
        foreach (var (status, response) in (operation.Responses ?? []).OrderBy(response => response.Key, StringComparer.Ordinal)) sorted.Add(status, response);
        operation.Responses = sorted;
    }

    // An answer always has all of its fields; of what is sent, most may be left out.
    static Task Describe(OpenApiSchema schema, JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.Object && schema.Properties is { Count: > 0 } properties)
        {
            var required = RequestTypes.Required(type.Type);
            schema.Required = required ?? properties.Keys.ToHashSet();
            // An answer may come to say more.
            schema.AdditionalPropertiesAllowed = required is null;
            if (type.Type == typeof(Problem)) schema.Required.Remove("errors");
            schema.Examples = Examples.From(type.Type);
        }
        if ((Nullable.GetUnderlyingType(type.Type) ?? type.Type).IsEnum) DescribeEnum(schema);
        return Task.CompletedTask;
    }
}
