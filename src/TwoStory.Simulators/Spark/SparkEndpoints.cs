using TwoStory.Simulators.Control;

namespace TwoStory.Simulators.Spark;

/// <summary>Spark's RESO Web API and its token endpoint.</summary>
sealed class SparkEndpoints
{
    readonly ProviderPipeline pipeline;
    readonly FaultStore faults;
    readonly RateLimiter limiter;
    readonly SimulatorOptions options;
    readonly SparkTokens tokens;
    readonly SparkGrant grant;
    readonly SparkCollection listings;
    readonly Provider provider;
    readonly Provider grantProvider;

    public SparkEndpoints(
        ProviderPipeline pipeline, FaultStore faults, RateLimiter limiter, SimulatorOptions options, SparkTokens tokens, SparkGrant grant,
        SparkCollection listings)
    {
        (this.pipeline, this.faults, this.limiter, this.options) = (pipeline, faults, limiter, options);
        (this.tokens, this.grant, this.listings) = (tokens, grant, listings);
        provider = new(ProviderNames.Spark, context => Credential(context.Request), SparkErrors.Failure);
        grantProvider = provider with { Credential = _ => CredentialLabel.None };
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet($"{SparkLinks.Root}/Property", pipeline.Handle(provider, "Property", Listings));
        routes.MapGet($"{SparkLinks.Root}/Property('{{key}}')", pipeline.Handle(provider, "Property(key)", OneListing));
        routes.MapGet($"{SparkLinks.Root}/$metadata", pipeline.Handle(provider, "$metadata", Metadata));
        routes.MapPost("/simulators/spark/v1/oauth2/grant", pipeline.Handle(grantProvider, "grant", grant.AnswerAsync, rateCounted: false));
        routes.MapGet("/simulators/spark/{**path}", pipeline.Handle(provider, "unknown", _ => Task.FromResult(SparkErrors.NotFound())));
    }

    Task<Reply> Listings(HttpContext context) => Task.FromResult(Authorize(context.Request, role =>
    {
        var filter = context.Request.Query["$filter"].ToString();
        if (filter.Length > options.SparkMaxFilterLength)
        {
            return SparkErrors.Enveloped(400, 1041, $"The _filter is longer than {options.SparkMaxFilterLength} characters");
        }

        var query = SparkQuery.Parse(context.Request.Query, role);
        if (query.Filter?.Polygons > options.SparkMaxPolygons)
        {
            return SparkErrors.Enveloped(400, 1040, $"The _filter has more than {options.SparkMaxPolygons} polygons");
        }

        var invalid = faults.OfPage(ProviderNames.Spark, Credential(context.Request), ProviderPipeline.Target(context.Request));
        return listings.Page(context.Request, query, invalid);
    }));

    Task<Reply> OneListing(HttpContext context) => Task.FromResult(Authorize(
        context.Request, _ => listings.Single(context.Request, context.Request.RouteValues["key"]!.ToString()!)));

    Task<Reply> Metadata(HttpContext context) => Task.FromResult(Authorize(context.Request, _ => SparkMetadata.Answer()));

    Reply Authorize(HttpRequest request, Func<SparkRole, Reply> answer)
    {
        var token = Token(request);
        if (SparkTokens.RoleOf(token) is not { } role)
        {
            return SparkErrors.BadToken();
        }

        if (faults.Expires(ProviderNames.Spark, Credential(request), ProviderPipeline.Target(request)))
        {
            tokens.Expire(token);
        }

        if (tokens.IsExpired(token))
        {
            return SparkErrors.Expired();
        }

        if (!limiter.Enter($"{ProviderNames.Spark} {tokens.Owner(token)}", new RateRule(Limit(role), options.SparkWindow)).Allowed)
        {
            return SparkErrors.RateLimited();
        }

        try
        {
            return answer(role);
        }
        catch (FilterException error)
        {
            return SparkErrors.Refused(error);
        }
    }

    int? Limit(SparkRole role) => role switch
    {
        SparkRole.Vow => options.SparkVowLimit,
        SparkRole.Replication => options.SparkReplicationLimit,
        _ => options.SparkIdxLimit,
    };

    string Credential(HttpRequest request) => Token(request) is { Length: > 0 } token ? tokens.Owner(token) : CredentialLabel.None;

    static string Token(HttpRequest request) => request.Headers.Authorization.ToString().Split(' ', 2) switch
    {
        [var scheme, var token] when scheme.ToUpperInvariant() is "BEARER" or "OAUTH" => token.Trim(),
        _ => "",
    };
}
