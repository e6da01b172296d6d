using System.Text.Json;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>Maps Spark's errors to failures: by its error code, which has two formats, otherwise by the status.</summary>
static class SparkErrors
{
    /// <exception cref="UpstreamException">The answer is an error, which can also have status 200.</exception>
    public static void ThrowIfFailed(UpstreamAnswer answer)
    {
        var code = answer.TryJson() is { } body ? Code(body) : null;
        if (answer.IsSuccess && code is null) return;
        throw (code is { } known ? ByCode(known, answer) : null)
            ?? UpstreamStatus.Failure(UpstreamProviders.Spark, answer with { Status = Status(answer, code) });
    }

    /// <returns>Spark's code, 0 for an error without one, null for no error.</returns>
    static int? Code(JsonElement body)
    {
        if (body.Field("D") is { } envelope && envelope.Field("Success")?.ValueKind != JsonValueKind.True) return (int)(envelope.Number("Code", 1, 9999) ?? 0);
        return body.Field("error") is { } error ? (int)(error.Number("code", 1, 9999) ?? 0) : null;
    }

    // An error body with status 200 may name the real status.
    static int Status(UpstreamAnswer answer, int? code) => !answer.IsSuccess ? answer.Status : code is >= 400 and < 600 ? code.Value : 500;

    static UpstreamException? ByCode(int code, UpstreamAnswer answer) => code switch
    {
        1000 or 1010 => Failure(UpstreamFailure.Refused, "credentials_refused", "does not accept the credentials", answer),
        1020 => Failure(UpstreamFailure.Refused, "token_expired", "reports that the access token has expired", answer),
        1021 => Failure(UpstreamFailure.Refused, "wrong_host", "requires another host for this key", answer),
        1005 or 1013 or 1015 or 1019 or 1500 or 1505 => Failure(UpstreamFailure.Refused, "access_refused", "refuses access to this key", answer),
        1023 or 1024 => UpstreamStatus.Unavailable(UpstreamProviders.Spark, "not_in_sync", "has not prepared the data yet", answer),
        1026 or 1510 or 2005 => UpstreamStatus.Unavailable(UpstreamProviders.Spark, "unavailable", "is not available now", answer),
        1041 => Failure(UpstreamFailure.TooComplex, "filter_too_long", "rejects the filter as too long", answer),
        1515 or 1516 => Failure(UpstreamFailure.TooComplex, "query_too_slow", "stopped the query because it was too slow", answer),
        1550 => UpstreamStatus.Limit(UpstreamProviders.Spark, answer),
        1040 or (>= 2000 and < 3000) => Failure(UpstreamFailure.Rejected, "filter_rejected", $"rejects the filter (code {code})", answer),
        >= 1000 => Failure(UpstreamFailure.Rejected, "rejected", $"rejects the request (code {code})", answer),
        _ => null,
    };

    static UpstreamException Failure(UpstreamFailure kind, string code, string what, UpstreamAnswer answer) =>
        UpstreamStatus.New(kind, UpstreamProviders.Spark, code, what, answer);
}
