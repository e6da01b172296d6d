using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TwoStory.Core.Accounts;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.RentCast;

/// <summary>Asks RentCast what homes are worth, what is on record of them, and how their market stands.</summary>
public sealed class RentCastClient(UpstreamClient gate, UpstreamOptions options)
{
    /// <summary>The operations that value a home, which the subscription's limit counts: by the job, by hand, and for comparables.</summary>
    internal static readonly IReadOnlySet<string> Valuations = new HashSet<string> { "value", "value_refresh", "comparables" };

    /// <summary>One call, whatever comes of it.</summary>
    /// <returns>Null when RentCast has no estimate for this home.</returns>
    /// <param name="organizationId">Whose usage it is.</param>
    /// <param name="operation">What it is for, as <c>api_usage</c> lists it, such as <c>value</c>.</param>
    /// <param name="home">The home, by address or point.</param>
    /// <param name="counting">Told of every request, after it was made; may be null.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="UpstreamException">Refused: no key, a bad one, or an unpaid bill; then no other home works either. Others as their kinds say.</exception>
    /// <exception cref="LimitReachedException">The subscription allows no more valuations this month.</exception>
    public Task<ValueEstimate?> GetValueAsync(
        Guid organizationId, string operation, HomeToValue home, Func<CancellationToken, Task>? counting, CancellationToken cancel) =>
        FetchAsync(organizationId, operation, $"avm/value?{Query(home)}", RentCastReader.Estimate, counting, cancel);

    /// <summary>The record of a home.</summary>
    /// <returns>Null when RentCast has none.</returns>
    /// <exception cref="UpstreamException">As its kind says; Rejected for a home without an address.</exception>
    public Task<HomeFacts?> GetPropertyAsync(Guid organizationId, HomeToValue home, CancellationToken cancel) =>
        FetchAsync(organizationId, "properties", $"properties?{QueryText.From(("address", home.Line ?? throw WithoutAddress()), ("limit", "1"))}", RentCastReader.Property, null, cancel);

    /// <summary>The market for homes in a zip code, with the history of a year.</summary>
    /// <param name="organizationId">Whose usage it is.</param>
    /// <param name="zipCode">Five digits.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>Null when RentCast has no statistics of it.</returns>
    /// <exception cref="UpstreamException">As its kind says.</exception>
    public Task<MarketStatistics?> GetMarketAsync(Guid organizationId, string zipCode, CancellationToken cancel) =>
        FetchAsync(organizationId, "markets", $"markets?{QueryText.From(("zipCode", zipCode), ("dataType", "Sale"), ("historyRange", "12"))}", RentCastReader.Market, null, cancel);

    async Task<T?> FetchAsync<T>(
        Guid organizationId, string operation, string path, Func<UpstreamAnswer, T?> read, Func<CancellationToken, Task>? counting, CancellationToken cancel)
        where T : class
    {
        if (string.IsNullOrEmpty(options.RentCast.ApiKey))
        {
            throw new UpstreamException(UpstreamFailure.Refused, UpstreamProviders.RentCast, "rentcast_not_configured", "RENTCAST_API_KEY is not set, so RentCast cannot be asked.");
        }
        var url = new Uri($"{options.RentCast.BaseUrl.AbsoluteUri.TrimEnd('/')}/{path}");
        try
        {
            return await gate.SendAsync(Call(organizationId, operation) with { Counting = counting }, () => Request(url), read, cancel);
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
        return QueryText.From(query);
    }

    static (string Name, string? Value)[] Place(HomeToValue home) => home switch
    {
        { Line: { } line } => [("address", line)],
        { Latitude: { } latitude, Longitude: { } longitude } =>
            [("latitude", latitude.ToString(CultureInfo.InvariantCulture)), ("longitude", longitude.ToString(CultureInfo.InvariantCulture))],
        _ => throw WithoutAddress(),
    };

    static UpstreamException WithoutAddress() => new(UpstreamFailure.Rejected, UpstreamProviders.RentCast, "rentcast_home_without_address",
        "RentCast is asked by a home's address or its point; this one has neither.");
}
