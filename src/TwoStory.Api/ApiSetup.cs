using Microsoft.AspNetCore.Authentication;
using TwoStory.Api.Accounts;
using TwoStory.Api.Alerts;
using TwoStory.Api.Http;
using TwoStory.Api.Jobs;
using TwoStory.Api.Leads;
using TwoStory.Api.NearbySales;
using TwoStory.Api.OpenApi;
using TwoStory.Api.Reports;
using TwoStory.Core;

namespace TwoStory.Api;

/// <summary>Registers and maps the API.</summary>
public static class ApiSetup
{
    /// <summary>Adds the services of the API, in addition to those of Core.</summary>
    /// <exception cref="SettingException">A setting is missing or wrong.</exception>
    public static IServiceCollection AddTwoStoryApi(this IServiceCollection services, IConfiguration configuration)
    {
        var options = ApiOptions.Read(configuration);
        services.AddSingleton(options);
        services.AddSingleton<AccessTokens>().AddScoped<NewResource>().AddScoped<CurrentCaller>();
        services.AddTransient(scope => scope.GetRequiredService<CurrentCaller>().Caller
            ?? throw new UnauthorizedException("authentication_required", "Sign in first."));
        services.AddSingleton<MergePatch>();
        services.AddSingleton<ApiPipeline>().AddSingleton<ApiDescription>();

        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        // A body that cannot be read throws, so that the exception handler writes a problem with the reason.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddProblemDetails();
        services.AddExceptionHandler<ExceptionHandler>();
        services.AddRouting();
        services.AddRateLimiter(limiter => LoadShedding.Configure(limiter, options.LoadShedding));
        services.AddOpenApi(OpenApiSetup.Document, OpenApiSetup.Configure);
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(options.FrontendUrl.GetLeftPart(UriPartial.Authority))
            .WithMethods("GET", "POST", "PUT", "DELETE")
            .WithHeaders("Authorization", "Content-Type", "If-Match", "Idempotency-Key")
            .WithExposedHeaders("ETag", "Location", "Retry-After", "X-Request-Id", "Idempotency-Replayed")));
        services.AddAuthorization(Policies.Configure);
        services.AddAuthentication(SessionAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
        return services;
    }

    /// <summary>Handles all requests under /api on Kestrel.</summary>
    public static IApplicationBuilder UseTwoStoryApi(this IApplicationBuilder app)
    {
        // Otherwise WebApplication adds authentication before this pipeline, and its exceptions would not become problems.
        app.Properties["__AuthenticationMiddlewareSet"] = true;
        app.Properties["__AuthorizationMiddlewareSet"] = true;
        var pipeline = app.ApplicationServices.GetRequiredService<ApiPipeline>();
        return app.Use((context, next) => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) ? pipeline.InvokeAsync(context) : next(context));
    }

    /// <summary>Maps every endpoint. Called by the pipeline.</summary>
    internal static void MapTwoStoryApi(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api").RequireAuthorization(Policies.User).AddEndpointFilterFactory(UnknownQueryFilter.Refuse)
            .MayFail(401, 403, 500, 503);
        api.MapHealth();
        api.MapDescription();
        api.MapAuth();
        api.MapOrganization();
        api.MapAudit();
        api.MapUsage();
        api.MapSubscription();
        api.MapTeam();
        api.MapLeads();
        api.MapLeadHomes();
        api.MapListings();
        api.MapDashboard();
        api.MapNotifications();
        api.MapJobs();
    }
}
