using TwoStory.Simulators.Control;

namespace TwoStory.Simulators;

/// <summary>What the gate must know of a provider to log its calls and fail in its own words.</summary>
/// <param name="Name">One of <see cref="ProviderNames"/>.</param>
/// <param name="Credential">Whom the request is counted for.</param>
/// <param name="Failure">The error body for an HTTP status; the code picks one where a status has several.</param>
sealed record Provider(string Name, Func<HttpContext, string> Credential, Func<int, string?, Reply> Failure);
