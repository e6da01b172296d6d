using System.Text.Json.Nodes;
using TwoStory.Api.Accounts;
using TwoStory.Core;
using TwoStory.Core.Accounts;
using TwoStory.Core.Leads;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Api.OpenApi;

/// <summary>Which fields of the bodies that callers send must be there.</summary>
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
        // Also what a change of a lead is made of, which needs none.
        [typeof(NewLead)] = [],
        [typeof(Address)] = [],
    };

    /// <returns>Null for a type that is answered.</returns>
    public static HashSet<string>? Required(Type type) => Fields.TryGetValue(type, out var fields) ? [.. fields] : null;
}

/// <summary>What requests and answers look like: <c>examples.json</c>, by the name of the type. A page's is made from its items'.</summary>
static class Examples
{
    static readonly JsonObject All = Read();

    /// <returns>None for a type that stands only inside others.</returns>
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
