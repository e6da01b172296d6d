namespace TwoStory.Simulators;

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
