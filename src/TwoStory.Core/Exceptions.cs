namespace TwoStory.Core;

/// <summary>A request cannot be fulfilled. The API maps each subclass to a problem response in one place.</summary>
/// <param name="code">A stable code for programs, such as <c>lead_not_found</c>.</param>
/// <param name="message">One sentence for people that says what to do about it.</param>
public abstract class ProblemException(string code, string message) : Exception(message)
{
    public string Code => code;
}

/// <summary>The resource does not exist or is not visible to the caller; both give the same response.</summary>
public sealed class NotFoundException(string code, string message) : ProblemException(code, message);

/// <summary>The input is invalid.</summary>
/// <param name="errors">Messages by field, with the field names of the request.</param>
public sealed class ValidationException(IReadOnlyDictionary<string, string[]> errors)
    : ProblemException("validation_failed", "Some fields are not valid; see errors.")
{
    public ValidationException(string field, string message) : this(new Dictionary<string, string[]> { [field] = [message] }) { }

    public IReadOnlyDictionary<string, string[]> Errors => errors;
}

/// <summary>The request conflicts with existing data.</summary>
/// <param name="details">The conflicting data, as further members of the problem; may be null.</param>
public class ConflictException(string code, string message, IReadOnlyDictionary<string, object?>? details = null) : ProblemException(code, message)
{
    public IReadOnlyDictionary<string, object?> Details => details ?? new Dictionary<string, object?>();
}

/// <summary>The caller's role does not allow it.</summary>
public sealed class ForbiddenException(string code, string message) : ProblemException(code, message);

/// <summary>The caller is not signed in, or the session has ended.</summary>
public sealed class UnauthorizedException(string code, string message) : ProblemException(code, message);

/// <summary>A limit or an unavailable provider prevents the request now. It can succeed later.</summary>
/// <param name="retryAfter">The time until a retry can succeed.</param>
public sealed class UnavailableException(string code, string message, TimeSpan retryAfter) : ProblemException(code, message)
{
    public TimeSpan RetryAfter => retryAfter;
}

/// <summary>Too many attempts from one address or for one account.</summary>
/// <param name="retryAfter">The time until a retry can succeed.</param>
public sealed class TooManyAttemptsException(TimeSpan retryAfter)
    : ProblemException("too_many_attempts", "Too many attempts. Try again after the time in Retry-After.")
{
    public TimeSpan RetryAfter => retryAfter;
}

/// <summary>The resource has changed since the caller read it.</summary>
public sealed class PreconditionFailedException(string code, string message) : ProblemException(code, message);

/// <summary>The input is well formed but cannot be processed.</summary>
public sealed class UnprocessableException(string code, string message) : ProblemException(code, message);
