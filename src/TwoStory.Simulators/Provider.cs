using TwoStory.Simulators.Control;

namespace TwoStory.Simulators;

/// <summary>A provider as seen by the pipeline, which logs its calls and returns its error bodies.</summary>
/// <param name="Name">One of <see cref="ProviderNames"/>.</param>
/// <param name="Credential">The credential that the request counts for.</param>
/// <param name="Failure">The error body for an HTTP status; the code picks one where a status has several.</param>
sealed record Provider(string Name, Func<HttpContext, string> Credential, Func<int, string?, Reply> Failure);

/// <summary>The simulated providers, as the control routes spell them.</summary>
static class ProviderNames
{
    public const string Spark = "spark";
    public const string RentCast = "rentCast";
    public const string Nominatim = "nominatim";
    public const string Census = "census";
    public const string Resend = "resend";

    public static readonly string[] All = [Spark, RentCast, Nominatim, Census, Resend];
}
