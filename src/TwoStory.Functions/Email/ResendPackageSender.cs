using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Resend;
using TwoStory.Core.Providers.Resend;
using TwoStory.Core.Upstreams;

namespace TwoStory.Functions.Email
{
    /// <summary>Sends stored messages with the Resend package. Its HttpClient applies the rate limits, retries and usage ledger of Core.</summary>
    sealed class ResendPackageSender(ResendCalls calls, ResendOptions options) : IEmailSender
    {
        public async Task<SendResult> SendAsync(string idempotencyKey, IReadOnlyList<string> payloads, CancellationToken cancel)
        {
            using var http = new HttpClient(new ResendHandler(calls)) { Timeout = Timeout.InfiniteTimeSpan };
            IResend resend = ResendClient.Create(
                new ResendClientOptions { ApiUrl = options.BaseUrl.AbsoluteUri, ApiToken = options.ApiKey ?? "", ThrowExceptions = false }, http);
            List<EmailMessage> messages = [.. payloads.Select(payload => JsonSerializer.Deserialize<EmailMessage>(payload)!)];
            ResendResponse<List<Guid>> response = await resend.EmailBatchAsync(idempotencyKey, messages, cancel);
            return response.Success ? SendResult.Sent([.. response.Content.Select(id => id.ToString())]) : Failed(response.Exception!);
        }

        SendResult Failed(ResendException failure) => failure switch
        {
            { InnerException: UpstreamException unsent } => calls.Failed(unsent),
            // The package also reports an unreadable response to an accepted request this way.
            { ErrorType: ErrorType.Deserialization or ErrorType.MissingResponse, StatusCode: System.Net.HttpStatusCode.UnprocessableContent or < (System.Net.HttpStatusCode)300 } =>
                new SendResult(SendOutcome.Unknown, [], "unreadable_answer"),
            { ErrorType: ErrorType.Deserialization or ErrorType.MissingResponse } => SendResult.Failed((int)failure.StatusCode!, null, RetryAfter(failure)),
            _ => SendResult.Failed((int)(failure.StatusCode ?? 0), JsonSerializer.SerializeToElement(failure.ErrorType).GetString(), RetryAfter(failure)),
        };

        static TimeSpan? RetryAfter(ResendException failure) => failure.Limits?.RetryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}

namespace TwoStory.Functions.Hosting
{
    static partial class AzureSetup
    {
        // The call exists only in builds that compile this file; see docs/decisions/0013-release-builds-use-the-resend-package.md.
        static partial void UseResendPackage(IServiceCollection services) => services.AddSingleton<IEmailSender, ResendPackageSender>();
    }
}
