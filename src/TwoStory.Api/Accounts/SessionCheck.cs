using TwoStory.Api.Http;
using TwoStory.Core;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;

namespace TwoStory.Api.Accounts;

/// <summary>
/// Lets the first query of a request check the session in its own round trip. Until then the caller is as the token claims, so only
/// routes that read opt in, and only those that every user may call.
/// </summary>
static class SessionCheck
{
    sealed class InQuery;

    /// <summary>Opts a route in. It must pass the caller to the database before it returns anything.</summary>
    public static RouteHandlerBuilder ChecksSessionInQuery(this RouteHandlerBuilder route) =>
        route.WithMetadata(new InQuery()).AddEndpointFilter(async (context, next) =>
        {
            var result = await next(context);
            if (Pending(context.HttpContext) is null) return result;
            throw new InvalidOperationException($"{context.HttpContext.GetEndpoint()} returned without a check of the session.");
        });

    public static bool IsInQuery(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<InQuery>() is not null;

    /// <summary>Runs the endpoint. If the query refuses the session, checks it in full and runs the endpoint again for the present user.</summary>
    public static async Task Run(HttpContext context, RequestDelegate next)
    {
        if (Pending(context) is not { } session)
        {
            await next(context);
            return;
        }
        try
        {
            await next(context);
            return;
        }
        catch (SessionRefusedException)
        {
            // The query did not run. The full check reports the reason, or serves a user whose role has changed.
        }
        catch (Exception failure) when (!session.IsChecked && failure is ProblemException or BadHttpRequestException)
        {
            // Refused before the query: somebody whose session has ended gets that answer.
            await CallerAsync(context, session);
            throw;
        }
        context.RequestServices.GetRequiredService<CurrentCaller>().Caller = await CallerAsync(context, session);
        await next(context);
    }

    /// <returns>The user of a session, as stored now.</returns>
    /// <exception cref="UnauthorizedException">The session has ended.</exception>
    /// <exception cref="ForbiddenException">The user is paused.</exception>
    public static async Task<Caller> CallerAsync(HttpContext context, UncheckedSession session)
    {
        var sessions = context.RequestServices.GetRequiredService<SessionService>();
        var caller = await sessions.CallerAsync(session.OrganizationId, session.UserId, session.FamilyId, session.Version, context.RequestAborted)
            ?? throw new UnauthorizedException("session_ended", "The session has ended. Sign in again.");
        return caller with { Origin = ClientOrigin.From(context) };
    }

    static UncheckedSession? Pending(HttpContext context) =>
        context.RequestServices.GetRequiredService<CurrentCaller>().Caller?.Unchecked is { IsChecked: false } session ? session : null;
}
