using System.Globalization;
using TwoStory.Simulators.Control;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.RentCast;

/// <summary>Parses query parameters, and refuses those that RentCast refuses.</summary>
sealed class RentCastQuery(IQueryCollection query)
{
    static readonly string[] Types =
        ["Single Family", "Condo", "Townhouse", "Manufactured", "Multi-Family", "Apartment", "Land"];

    public string? Text(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    public double? Number(string name, double low, double high)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= low && number <= high
            ? number
            : throw new ParameterException(string.Create(CultureInfo.InvariantCulture,
                $"The '{name}' parameter must be a number from {low} to {high}"));
    }

    public int? Whole(string name, int low, int high) => Number(name, low, high) is not { } number ? null
        : number == Math.Floor(number) ? (int)number
        : throw new ParameterException($"The '{name}' parameter must be a whole number");

    public WorldPoint? Point() => (Number("latitude", -90, 90), Number("longitude", -180, 180)) switch
    {
        ({ } latitude, { } longitude) => new WorldPoint(latitude, longitude),
        (null, null) => null,
        _ => throw new ParameterException("The 'latitude' and 'longitude' parameters must be provided together"),
    };

    public void CheckPropertyType()
    {
        if (Text("propertyType") is { } type && !Types.Contains(type))
        {
            throw new ParameterException($"The 'propertyType' parameter must be one of: {string.Join(", ", Types)}");
        }
    }
}

/// <summary>A parameter that RentCast refuses with 400; the message names it.</summary>
sealed class ParameterException(string message) : Exception(message);

/// <summary>RentCast's error bodies.</summary>
static class RentCastErrors
{
    public static Reply NoKey() => Error(401, "auth/api-key-invalid",
        "No API key provided in request. An API key must be provided in the 'X-Api-Key' header");

    public static Reply RateLimited(int limit, string period) => Error(429, "auth/rate-limit-exceeded",
        string.Create(CultureInfo.InvariantCulture, $"The rate limit of {limit} requests per {period} has been exceeded"));

    public static Reply NoData() => Error(404, "resource/not-found", "No data found for the provided parameters");

    public static Reply Refused(ParameterException error) => Error(400, "request/invalid-parameters", error.Message);

    /// <summary>The body of an injected failure. The code replaces the usual one, for example billing/subscription-inactive.</summary>
    public static Reply Failure(int status, string? code)
    {
        var (usual, message) = status switch
        {
            400 => ("request/invalid-parameters", "A parameter is invalid"),
            401 => ("auth/api-key-invalid", "The API key is invalid"),
            404 => ("resource/not-found", "No data found for the provided parameters"),
            429 => ("auth/rate-limit-exceeded", "The rate limit of 20 requests per second has been exceeded"),
            504 => ("server/timeout", "The request timed out"),
            _ => ("server/error", "An unexpected error occurred"),
        };
        return Error(status, code ?? usual, code == "billing/subscription-inactive" ? "The API subscription for this key is not active" : message);
    }

    static Reply Error(int status, string error, string message) => Reply.Json(status, new { status, error, message });
}
