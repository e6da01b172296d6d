using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TwoStory.Core.Subscriptions;
using TwoStory.Core.Usage;

namespace TwoStory.Core.Valuations;

/// <summary>Asks RentCast's AVM what homes are worth.</summary>
public sealed class RentCastClient(UpstreamGate gate, UpstreamOptions options)
{
    /// <summary>The operation that the subscription's limit of valuations counts.</summary>
    public const string ValueOperation = "value";

    /// <summary>One call, whatever comes of it.</summary>
    /// <returns>Null when RentCast has no estimate for this home.</returns>
    /// <param name="counting">Told of every request, after it was made; may be null.</param>
    /// <exception cref="UpstreamException">Refused: no key, a bad one, or an unpaid bill; then no other home works either. Others as their kinds say.</exception>
    /// <exception cref="LimitReached">The subscription allows no more valuations this month.</exception>
    public async Task<ValueEstimate?> GetValueAsync(Guid organizationId, HomeToValue home, Func<CancellationToken, Task>? counting, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(options.RentCast.ApiKey))
        {
            throw new UpstreamException(UpstreamFailure.Refused, UpstreamProviders.RentCast, "rentcast_not_configured", "RENTCAST_API_KEY is not set, so homes cannot be valued.");
        }
        var url = new Uri($"{options.RentCast.BaseUrl.AbsoluteUri.TrimEnd('/')}/avm/value?{Query(home)}");
        try
        {
            return await gate.SendAsync(Call(organizationId, ValueOperation) with { Counting = counting }, () => Request(url), RentCastReader.Estimate, cancel);
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.NotFound)
        {
            return null;
        }
    }

    UpstreamCall Call(Guid organizationId, string operation) => new()
    {
        Provider = UpstreamProviders.RentCast,
        Operation = operation,
        OrganizationId = organizationId,
        LimitKey = $"{UpstreamProviders.RentCast}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.RentCast.ApiKey!)))[..24]}",
        Limit = new RateLimit(options.RentCast.Requests, options.RentCast.Window),
        AttemptTimeout = options.RentCast.AttemptTimeout,
        BackOff = options.RentCast.BackOff,
        Cost = options.RentCast.CostPerCall,
    };

    HttpRequestMessage Request(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("X-Api-Key", options.RentCast.ApiKey);
        request.Headers.Accept.ParseAdd("application/json");
        return request;
    }

    string Query(HomeToValue home)
    {
        (string Name, string? Value)[] query =
        [
            .. Place(home),
            ("propertyType", home.KnownType),
            ("bedrooms", home.Bedrooms?.ToString("0.##", CultureInfo.InvariantCulture)),
            ("bathrooms", home.Bathrooms?.ToString("0.##", CultureInfo.InvariantCulture)),
            ("squareFootage", home.SquareFeet?.ToString("0", CultureInfo.InvariantCulture)),
            ("compCount", options.RentCast.Comparables.ToString(CultureInfo.InvariantCulture)),
        ];
        return string.Join('&', query.Where(pair => pair.Value is not null).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}"));
    }

    static (string Name, string? Value)[] Place(HomeToValue home) => home switch
    {
        { Line: { } line } => [("address", line)],
        { Latitude: { } latitude, Longitude: { } longitude } =>
            [("latitude", latitude.ToString(CultureInfo.InvariantCulture)), ("longitude", longitude.ToString(CultureInfo.InvariantCulture))],
        _ => throw new UpstreamException(UpstreamFailure.Rejected, UpstreamProviders.RentCast, "rentcast_home_without_address",
            "A home is valued by its address or its point; this one has neither."),
    };
}
