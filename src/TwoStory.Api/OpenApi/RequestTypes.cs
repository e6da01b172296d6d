using TwoStory.Api.Accounts;
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
