using TwoStory.Api.Http;
using TwoStory.Core.Accounts;

namespace TwoStory.Api.Accounts;

static class SubscriptionEndpoints
{
    public static void MapSubscription(this IEndpointRouteBuilder api)
    {
        var subscription = api.MapGroup("organization/subscription").WithTags("Organization");
        subscription.MapGet("", Get).WithName("GetSubscription").WithSummary("The tier, its limits, and how much of them is used.").RequireAuthorization(Policies.Admin).Fails(403);
        subscription.MapPut("", Change).WithName("ChangeSubscription").WithSummary("Change the tier; what is over a smaller one is paused and nothing is lost.").RequireAuthorization(Policies.Owner).Fails(400, 403);
    }

    static Task<Subscription> Get(Caller caller, SubscriptionService subscriptions, CancellationToken cancel) =>
        subscriptions.GetAsync(caller.OrganizationId, cancel);

    static Task<Subscription> Change(SubscriptionChange change, Caller caller, SubscriptionService subscriptions, CancellationToken cancel) =>
        subscriptions.ChangeAsync(caller, change, cancel);
}
