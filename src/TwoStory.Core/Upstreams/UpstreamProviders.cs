namespace TwoStory.Core.Upstreams;

/// <summary>The providers' names, as <c>api_usage</c> and error codes spell them.</summary>
public static class UpstreamProviders
{
    public const string Spark = "spark";
    public const string RentCast = "rentcast";
    public const string Nominatim = "nominatim";
    public const string Census = "census";
    public const string Resend = "resend";
}
