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
using TwoStory.Core.Accounts;
using TwoStory.Core.Leads;
using TwoStory.Core.Providers.Spark;
using TwoStory.Core.Reports;

namespace TwoStory.Api;

/// <summary>Puts the API into a head.</summary>
public static class ApiSetup
{
    /// <summary>Adds the API's services, beside those of Core. The head adds an <see cref="IPasswordHasher"/>.</summary>
    /// <exception cref="SettingException">A setting is missing or wrong.</exception>
    public static IServiceCollection AddTwoStoryApi(this IServiceCollection services, IConfiguration configuration)
    {
        var options = ApiOptions.Read(configuration);
        services.AddSingleton(options);
        services.AddAccounts(configuration);
        services.AddSingleton<LeadStore>().AddSingleton<LeadHistory>().AddSingleton<LeadGeocoder>().AddSingleton<LeadService>().AddSingleton<Dashboard>();
        services.AddSingleton<LeadEnricher>().AddSingleton<ListingService>();
        services.AddSingleton<MergePatch>();
        services.AddSingleton<ApiPipeline>().AddSingleton<ApiDescription>();

        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        // Thrown rather than answered bare, so that a body that cannot be read becomes a problem that says why.
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

    static void AddAccounts(this IServiceCollection services, IConfiguration configuration)
    {
        var sessions = configuration.GetSection("Sessions").Get<SessionLifetimes>() ?? new SessionLifetimes();
        sessions.Validate();
        services.AddSingleton(sessions);
        services.AddSingleton(configuration.GetSection("Attempts").Get<AttemptLimits>() ?? new AttemptLimits());
        services.AddSingleton<AuditLog>().AddSingleton<AttemptLimiter>().AddSingleton<AccessTokens>();
        services.AddSingleton<UserStore>().AddSingleton<SessionStore>().AddSingleton<OrganizationStore>();
        services.AddSingleton<SessionService>().AddSingleton<RegistrationService>().AddSingleton<OrganizationService>().AddSingleton<SparkCredentialService>();
        services.AddSingleton<InvitationStore>().AddSingleton<InvitationService>().AddSingleton<TeamService>().AddSingleton<PasswordService>();
        services.AddSingleton<PasswordResetStore>().AddSingleton<PasswordResetService>();
        services.AddSingleton<IdempotencyStore>();
        services.AddScoped<NewResource>();
        services.AddScoped<CurrentCaller>();
        services.AddScoped(scope => scope.GetRequiredService<CurrentCaller>().Caller
            ?? throw new UnauthorizedException("authentication_required", "Sign in first."));
    }

    /// <summary>Answers everything under /api on Kestrel.</summary>
    public static IApplicationBuilder UseTwoStoryApi(this IApplicationBuilder app)
    {
        // WebApplication would authenticate before everything else, outside of the pipeline that turns failures into problems.
        app.Properties["__AuthenticationMiddlewareSet"] = true;
        app.Properties["__AuthorizationMiddlewareSet"] = true;
        var pipeline = app.ApplicationServices.GetRequiredService<ApiPipeline>();
        return app.Use((context, next) => context.Request.Path.StartsWithSegments("/api") ? pipeline.InvokeAsync(context) : next(context));
    }

    /// <summary>Maps every endpoint; the pipeline does.</summary>
    internal static void MapTwoStoryApi(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api").RequireAuthorization(Policies.User).AddEndpointFilterFactory(UnknownQueryFilter.Refuse).MayFail(401, 403, 500, 503);
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
