using Microsoft.AspNetCore.Authorization;
using TwoStory.Core;
using TwoStory.Core.Accounts;

namespace TwoStory.Api.Accounts;

/// <summary>The authorization policies of routes.</summary>
static class Policies
{
    public const string User = "user";
    public const string Admin = "admin";
    public const string Owner = "owner";

    public static void Configure(AuthorizationOptions options)
    {
        options.AddPolicy(User, policy => policy.RequireAuthenticatedUser());
        options.AddPolicy(Admin, policy => policy.RequireRole(WireName.From(Role.Admin), WireName.From(Role.Owner)));
        options.AddPolicy(Owner, policy => policy.RequireRole(WireName.From(Role.Owner)));
    }
}
