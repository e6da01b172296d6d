using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using TwoStory.Core;
using TwoStory.Core.Data;
using TwoStory.Core.Upstreams;

namespace TwoStory.Api.Http;

/// <summary>Maps exceptions to problems.</summary>
sealed class ExceptionHandler(TimeProvider time, ILogger<ExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var problem = Describe(context, exception);
        if (problem.Status == 500)
        {
            logger.LogError(exception, "{Code} at {Method} {Path}", problem.Code, context.Request.Method, context.Request.Path);
        }
        else if (problem.Status > 500)
        {
            // A temporary failure or one of a provider: without a stack trace, which would fill the log under load.
            logger.LogWarning("{Code} at {Method} {Path}: {Reason}", problem.Code, context.Request.Method, context.Request.Path, exception.Message);
        }
        await problem.WriteAsync(context);
        return true;
    }

    static UnavailableException DatabaseUnavailable =>
        new("database_unavailable", "The database is not available. Try again after the time in Retry-After.", TimeSpan.FromSeconds(5));

    Problem Describe(HttpContext context, Exception exception) => exception switch
    {
        NotFoundException it => Create(context, 404, it),
        ValidationException it => Problem.Create(context, 400, it.Code, it.Message, it.Errors),
        ConflictException it => Problem.Create(context, 409, it.Code, it.Message, more: it.Details),
        ForbiddenException it => Create(context, 403, it),
        UnauthorizedException it => Challenge(context, it),
        PreconditionFailedException it => Create(context, 412, it),
        UnprocessableException it => Create(context, 422, it),
        TooManyAttemptsException it => Later(context, 429, it, it.RetryAfter),
        UnavailableException it => Later(context, 503, it, it.RetryAfter),
        UpstreamException it => Upstream(context, it),
        BadHttpRequestException it => RequestFault.Describe(context, it),
        JsonException it => RequestFault.Describe(context, it),
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter } =>
            Problem.Create(context, 400, "invalid_text", "A text contains a character that cannot be stored, such as U+0000."),
        NpgsqlException it when DatabaseOutage.Is(it) => Later(context, 503, DatabaseUnavailable, DatabaseUnavailable.RetryAfter),
        _ => Problem.Create(context, 500, "internal_error", StatusProblems.Describe(500).Detail),
    };

    // Refused and rejected requests fail until credentials or data change. The other failures are temporary.
    Problem Upstream(HttpContext context, UpstreamException failure) => failure.Kind switch
    {
        UpstreamFailure.NotFound => Problem.Create(context, 404, failure.Code, failure.Message),
        UpstreamFailure.Refused => Problem.Create(context, 409, failure.Code, failure.Message),
        UpstreamFailure.Rejected => Problem.Create(context, 422, failure.Code, failure.Message),
        UpstreamFailure.BadAnswer => Problem.Create(context, 502, failure.Code, failure.Message),
        _ => Later(context, 503, new UnavailableException(failure.Code, failure.Message, Wait(failure)), Wait(failure)),
    };

    TimeSpan Wait(UpstreamException failure) => failure.RetryAt is { } at ? at - time.GetUtcNow().UtcDateTime : TimeSpan.FromSeconds(30);

    static Problem Create(HttpContext context, int status, ProblemException failure) => Problem.Create(context, status, failure.Code, failure.Message);

    static Problem Challenge(HttpContext context, UnauthorizedException failure)
    {
        context.Response.Headers.WWWAuthenticate = failure.Code == "authentication_required" ? "Bearer" : "Bearer error=\"invalid_token\"";
        return Create(context, 401, failure);
    }

    static Problem Later(HttpContext context, int status, ProblemException failure, TimeSpan after)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(after.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Create(context, status, failure);
    }
}
