using System.Diagnostics;
using System.Diagnostics.Metrics;
using TwoStory.Core.Accounts;

namespace TwoStory.Core.Upstreams;

/// <summary>
/// Counts each attempt by its outcome and records its span. The span has no URL: addresses and coordinates are part of providers' URLs.
/// </summary>
sealed class TelemetryHandler(TimeProvider time) : DelegatingHandler
{
    static readonly Counter<long> Calls = Instrumentation.Meter.CreateCounter<long>(
        "twostory.provider.calls", "{call}", "Attempts to call a provider, by outcome.");

    static readonly Histogram<double> Duration = Instrumentation.Seconds(
        "twostory.provider.call.duration", "From sending a request to the last byte of the answer.", 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60);

    static readonly Histogram<double> Waits = Instrumentation.Seconds(
        "twostory.provider.limit.wait", "Waits for the shared rate limit of a provider.", 0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var upstream = UpstreamRequest.From(request);
        upstream.SentAt = null;
        using var span = Instrumentation.Source.StartActivity($"{upstream.Call.Provider} {upstream.Call.Operation}", ActivityKind.Client);
        var outcome = "error";
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            outcome = "ok";
            return response;
        }
        catch (Exception failure)
        {
            outcome = Outcome(failure, upstream.SentAt is not null);
            throw;
        }
        finally
        {
            Record(upstream, outcome, span);
        }
    }

    /// <param name="call">The call that waits.</param>
    /// <param name="lease">The slot that it received, or the wait that is too long for the caller.</param>
    public static void RecordWait(UpstreamCall call, Lease lease) => Waits.Record(
        lease.Wait.TotalSeconds, new("provider", call.Provider), new("outcome", lease.Granted ? "granted" : "postponed"));

    void Record(UpstreamRequest upstream, string outcome, Activity? span)
    {
        var call = upstream.Call;
        TagList tags = new() { { "provider", call.Provider }, { "operation", call.Operation }, { "outcome", outcome } };
        Calls.Add(1, tags);
        if (upstream.SentAt is { } sent) Duration.Record(time.GetElapsedTime(sent).TotalSeconds, tags);
        foreach (var (name, value) in tags) span?.SetTag(name, value);
        if (call.OrganizationId is { } organization) span?.SetTag("organization", organization);
        if (outcome is not ("ok" or "not_found")) span?.SetStatus(ActivityStatusCode.Error);
    }

    static string Outcome(Exception failure, bool isSent) => failure switch
    {
        UpstreamException { Kind: UpstreamFailure.LimitReached } when !isSent => "postponed",
        UpstreamException upstream => WireName.From(upstream.Kind),
        LimitReachedException => "quota_reached",
        OperationCanceledException => "canceled",
        _ => "error",
    };
}
