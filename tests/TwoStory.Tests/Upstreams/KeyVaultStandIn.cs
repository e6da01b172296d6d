using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TwoStory.Tests.Upstreams;

/// <summary>Key Vault's secrets over HTTPS, as far as they are used: versions, paging, soft delete, and recovering that takes its time.</summary>
sealed class KeyVaultStandIn : IAsyncDisposable
{
    sealed record Version(string Id, string Value, long Created)
    {
        public bool Enabled { get; set; } = true;
    }

    sealed class Secret
    {
        public List<Version> Versions { get; } = [];

        public bool Deleted { get; set; }

        /// <summary>Refusals left after it was recovered.</summary>
        public int Recovering { get; set; }
    }

    readonly WebApplication app;
    readonly ConcurrentDictionary<string, Secret> secrets = new(StringComparer.OrdinalIgnoreCase);
    long clock = 1_800_000_000;

    KeyVaultStandIn(WebApplication app) => this.app = app;

    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Every request is refused with this status, if set.</summary>
    public int? Outage { get; set; }

    public static async Task<KeyVaultStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificate())));
        var app = builder.Build();
        var vault = new KeyVaultStandIn(app);
        app.Run(vault.AnswerAsync);
        await app.StartAsync();
        return vault;
    }

    public SecretClient Client()
    {
#pragma warning disable CA5400 // The certificate is new and self-signed.
        var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true, CheckCertificateRevocationList = false };
#pragma warning restore CA5400
        var options = new SecretClientOptions { Transport = new HttpClientTransport(handler), DisableChallengeResourceVerification = true };
        options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        options.Retry.MaxRetries = 1;
        return new SecretClient(new Uri(app.Urls.First()), new AnyToken(), options);
    }

    public void Delete(string name) => secrets[name].Deleted = true;

    public IReadOnlyList<bool> EnabledVersions(string name) => [.. secrets[name].Versions.Select(version => version.Enabled)];

    async Task AnswerAsync(HttpContext context)
    {
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path}");
        if (Outage is { } status)
        {
            await FailAsync(context, status, "Throttled", null);
            return;
        }
        if (!context.Request.Headers.ContainsKey("Authorization"))
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = """Bearer authorization="https://login.example.com/00000000-0000-0000-0000-000000000000", resource="https://vault.azure.net" """;
            return;
        }
        var path = context.Request.Path.Value!.Trim('/').Split('/');
        await ((context.Request.Method, path) switch
        {
            ("PUT", ["secrets", var name]) => SetAsync(context, name),
            ("GET", ["secrets", var name, "versions"]) => ListAsync(context, name),
            ("GET", ["secrets", var name, var version]) => GetAsync(context, name, version),
            ("PATCH", ["secrets", var name, var version]) => PatchAsync(context, name, version),
            ("POST", ["deletedsecrets", var name, "recover"]) => RecoverAsync(context, name),
            _ => FailAsync(context, 404, "NotFound", null),
        });
    }

    async Task SetAsync(HttpContext context, string name)
    {
        var secret = secrets.GetOrAdd(name, _ => new Secret());
        if (secret.Deleted)
        {
            await FailAsync(context, 409, "Conflict", "ObjectIsDeletedButRecoverable");
            return;
        }
        if (secret.Recovering-- > 0)
        {
            await FailAsync(context, 409, "Conflict", "ObjectIsBeingRecovered");
            return;
        }
        var body = await context.Request.ReadFromJsonAsync<Dictionary<string, object>>();
        var version = new Version(Guid.NewGuid().ToString("N"), body!["value"].ToString()!, clock++);
        secret.Versions.Add(version);
        await context.Response.WriteAsJsonAsync(Bundle(name, version));
    }

    async Task GetAsync(HttpContext context, string name, string id)
    {
        if (!secrets.TryGetValue(name, out var secret) || secret.Deleted || secret.Versions.Find(version => version.Id == id) is not { } found)
        {
            await FailAsync(context, 404, "SecretNotFound", null);
            return;
        }
        if (!found.Enabled) await FailAsync(context, 403, "Forbidden", "SecretDisabled", "Operation get is not allowed on a disabled secret.");
        else await context.Response.WriteAsJsonAsync(Bundle(name, found));
    }

    // Two items a page, so that a client must read the second page.
    Task ListAsync(HttpContext context, string name)
    {
        var skip = int.TryParse(context.Request.Query["$skiptoken"], out var number) ? number : 0;
        var versions = secrets[name].Versions;
        return context.Response.WriteAsJsonAsync(new
        {
            value = versions.Skip(skip).Take(2).Select(version => Bundle(name, version, withValue: false)),
            nextLink = skip + 2 < versions.Count ? $"{app.Urls.First()}/secrets/{name}/versions?api-version=7.6&$skiptoken={skip + 2}" : null,
        });
    }

    async Task PatchAsync(HttpContext context, string name, string id)
    {
        var body = await System.Text.Json.JsonDocument.ParseAsync(context.Request.Body);
        var version = secrets[name].Versions.Single(version => version.Id == id);
        version.Enabled = body.RootElement.GetProperty("attributes").GetProperty("enabled").GetBoolean();
        await context.Response.WriteAsJsonAsync(Bundle(name, version, withValue: false));
    }

    Task RecoverAsync(HttpContext context, string name)
    {
        (secrets[name].Deleted, secrets[name].Recovering) = (false, 2);
        return context.Response.WriteAsJsonAsync(Bundle(name, secrets[name].Versions[^1], withValue: false));
    }

    object Bundle(string name, Version version, bool withValue = true) => new
    {
        value = withValue ? version.Value : null,
        id = $"{app.Urls.First()}/secrets/{name}/{version.Id}",
        attributes = new { enabled = version.Enabled, created = version.Created, updated = version.Created, recoveryLevel = "Recoverable+Purgeable", recoverableDays = 90 },
    };

    static Task FailAsync(HttpContext context, int status, string code, string? inner, string? message = null)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { error = new { code, message = message ?? "It is so.", innererror = inner is null ? null : new { code = inner } } });
    }

    static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    sealed class AnyToken : TokenCredential
    {
        static readonly AccessToken Token = new("any", DateTimeOffset.MaxValue);

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => Token;

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => ValueTask.FromResult(Token);
    }
}
