using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using TwoStory.Api.Http;

namespace TwoStory.Api.OpenApi;

/// <summary>Generates OpenAPI 3.1 from the mapped endpoints and their doc comments.</summary>
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
        const string Description = "The backend of a real-estate CRM. Every failure is a problem (RFC 9457) with a stable code; see /api/docs.";
        document.Info = new OpenApiInfo { Title = "TwoStory", Version = "1", Description = Description };
        // Relative, so that the document is the same on every host.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "The access token from register, login or refresh.",
            },
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
        if (metadata.OfType<IdempotentRoute>().Any())
        {
            AddHeader(operation, "Idempotency-Key", "A unique key of the request. A repetition with the same key within 24 hours gets the first response.");
        }
        if (metadata.OfType<TaggedRoute>().Any())
        {
            AddHeader(operation, "If-Match", "The ETag of the version that was read. If the resource has changed since, the response is 412.");
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

    // The property declares whether an enum can be null.
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

    // A response always contains all fields; in a request most are optional.
    static Task Describe(OpenApiSchema schema, JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.Object && schema.Properties is { Count: > 0 } properties)
        {
            var required = RequestTypes.Required(type.Type);
            schema.Required = required ?? properties.Keys.ToHashSet();
            // Later versions can add fields to a response.
            schema.AdditionalPropertiesAllowed = required is null;
            if (type.Type == typeof(Problem)) schema.Required.Remove("errors");
            schema.Examples = Examples.From(type.Type);
        }
        if ((Nullable.GetUnderlyingType(type.Type) ?? type.Type).IsEnum) DescribeEnum(schema);
        return Task.CompletedTask;
    }
}
