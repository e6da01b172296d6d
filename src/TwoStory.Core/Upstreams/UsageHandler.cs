using System.Data.Common;
using Microsoft.Extensions.Logging;

namespace TwoStory.Core.Upstreams;

/// <summary>Counts each attempt in the usage ledger before it is sent, and settles it afterwards.</summary>
sealed class UsageHandler(UsageLedger ledger, ILogger<UsageHandler> log) : DelegatingHandler
{
    // Counting takes a round trip to the database. Started this long before the slot, it does not make the request late,
    // and a crash between counting and sending is unlikely.
    static readonly TimeSpan TimeToCount = TimeSpan.FromMilliseconds(40);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var upstream = UpstreamRequest.From(request);
        var (waitForSlot, counted, answered) = (upstream.Content.BeforeSend, (CountedCall?)null, false);
        upstream.Content.BeforeSend = async cancel =>
        {
            await upstream.Lease!.WaitUntilAsync(TimeToCount, cancel);
            counted = await ledger.CountAsync(upstream.Call, cancel);
            await waitForSlot(cancel);
        };
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            answered = true;
            return response;
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.NotFound)
        {
            answered = true;
            throw;
        }
        finally
        {
            if (counted is not null) await SettleAsync(upstream, counted, answered);
        }
    }

    async Task SettleAsync(UpstreamRequest upstream, CountedCall counted, bool answered)
    {
        try
        {
            if (!upstream.Content.IsSent)
            {
                await ledger.RefundAsync(counted, CancellationToken.None);
                return;
            }
            await ledger.SettleAsync(counted, answered, answered ? upstream.Call.Cost : 0, CancellationToken.None);
            if (upstream.Call.Counting is { } count) await count(CancellationToken.None);
        }
        catch (DbException failure)
        {
            // The call stays counted. An exception here would replace its outcome, and the call would be made again.
            log.LogWarning(failure, "A call to {Provider} ({Operation}) stays unsettled in the usage ledger", counted.Provider, counted.Operation);
        }
    }
}
