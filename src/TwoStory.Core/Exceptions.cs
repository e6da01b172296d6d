namespace TwoStory.Core;

/// <summary>What a caller asked for cannot be done; the API turns each kind into its problem in one place.</summary>
/// <param name="code">A stable code for programs, such as <c>lead_not_found</c>.</param>
/// <param name="message">One sentence for people that says what to do.</param>
public abstract class ProblemException(string code, string message) : Exception(message)
{
    public string Code => code;
}

/// <summary>The thing does not exist, or is not the caller's to see: both answer the same.</summary>
public sealed class NotFoundException(string code, string message) : ProblemException(code, message);

/// <summary>The input is wrong.</summary>
/// <param name="errors">Messages by field, in the caller's spelling of the field.</param>
public sealed class ValidationException(IReadOnlyDictionary<string, string[]> errors)
    : ProblemException("validation_failed", "Some fields are not valid; see errors.")
{
    public ValidationException(string field, string message) : this(new Dictionary<string, string[]> { [field] = [message] }) { }

    public IReadOnlyDictionary<string, string[]> Errors => errors;
}

/// <summary>It clashes with what is there.</summary>
/// <param name="details">What it clashes with, for the caller to choose from; may be null.</param>
public class ConflictException(string code, string message, IReadOnlyDictionary<string, object?>? details = null) : ProblemException(code, message)
{
    public IReadOnlyDictionary<string, object?> Details => details ?? new Dictionary<string, object?>();
}

/// <summary>The caller's role does not allow it.</summary>
public sealed class ForbiddenException(string code, string message) : ProblemException(code, message);

/// <summary>The caller is not signed in, or no longer.</summary>
public sealed class UnauthorizedException(string code, string message) : ProblemException(code, message);

/// <summary>A limit or a provider is in the way; worth trying again later.</summary>
/// <param name="retryAfter">When to try again at the earliest.</param>
public sealed class UnavailableException(string code, string message, TimeSpan retryAfter) : ProblemException(code, message)
{
    public TimeSpan RetryAfter => retryAfter;
}

/// <summary>Too many attempts from one address or for one account.</summary>
/// <param name="retryAfter">When to try again at the earliest.</param>
public sealed class TooManyAttemptsException(TimeSpan retryAfter) : ProblemException("too_many_attempts", "Too many attempts. Wait and try again.")
{
    public TimeSpan RetryAfter => retryAfter;
}

/// <summary>The caller changes something that has changed since they read it.</summary>
public sealed class PreconditionFailedException(string code, string message) : ProblemException(code, message);

/// <summary>The input is well formed, and still cannot be used as it is.</summary>
public sealed class UnprocessableException(string code, string message) : ProblemException(code, message);
