using System.Text.Json.Nodes;
using TwoStory.Api.Accounts;
using TwoStory.Core;
using TwoStory.Core.Accounts;
using TwoStory.Core.Leads;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Api.OpenApi;

/// <summary>The required fields of request bodies.</summary>
static class RequestTypes
{
    static readonly Dictionary<Type, string[]> Fields = new()
    {
        [typeof(NewOrganization)] = ["organizationName", "name", "email", "password"],
        [typeof(Credentials)] = ["email", "password"],
        [typeof(RefreshRequest)] = ["refreshToken"],
        [typeof(PasswordChange)] = ["currentPassword", "newPassword"],
        [typeof(ForgottenPassword)] = ["email"],
        [typeof(PasswordReset)] = ["token", "password"],
        [typeof(NewMember)] = ["token", "name", "password"],
        [typeof(NewInvitation)] = ["email", "role"],
        [typeof(NewSparkCredentials)] = ["strategy"],
        [typeof(OrganizationSettings)] = [],
        [typeof(MonthlyCaps)] = [],
        [typeof(SubscriptionChange)] = ["tier"],
        [typeof(UserChanges)] = [],
        // Also the body of a change of a lead, which requires no field.
        [typeof(NewLead)] = [],
        [typeof(Address)] = [],
    };

    /// <returns>Null for a response type.</returns>
    public static HashSet<string>? Required(Type type) => Fields.TryGetValue(type, out var fields) ? [.. fields] : null;
}

/// <summary>The examples in <c>examples.json</c>, by type name. The example of a page contains the examples of its items.</summary>
static class Examples
{
    static readonly JsonObject All = Read();

    /// <returns>Null for a type that occurs only inside others.</returns>
    public static IList<JsonNode>? From(Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Page<>)) return [PageOf(type.GetGenericArguments()[0])];
        return All[type.Name] switch
        {
            null => null,
            JsonArray several => [.. several.Select(example => example!.DeepClone())],
            var example => [example.DeepClone()],
        };
    }

    static JsonObject PageOf(Type item) => new() { ["items"] = new JsonArray([.. From(item) ?? []]), ["next"] = null };

    static JsonObject Read()
    {
        using var stream = typeof(Examples).Assembly.GetManifestResourceStream("TwoStory.Api.OpenApi.examples.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
