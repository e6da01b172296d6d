using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Accounts;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.RentCast;

/// <summary>Fetches values of homes, their records, and statistics of their market from RentCast.</summary>
public sealed class RentCastClient([FromKeyedServices(UpstreamProviders.RentCast)] UpstreamClient http, RentCastOptions options)
{
    /// <summary>The estimated value of a home. Counts as a valuation of the subscription.</summary>
    /// <returns>Null when RentCast has no estimate for this home.</returns>
    /// <param name="organizationId">The organization that the call is counted for.</param>
    /// <param name="operation">The operation's name in <c>api_usage</c>, such as <c>value</c>.</param>
    /// <param name="home">The home, by address or point.</param>
    /// <param name="counting">Called after every request that was sent; may be null.</param>
    /// <param name="cancel">Cancels the call.</param>
    /// <exception cref="UpstreamException">Refused: an invalid key or an unpaid bill; then calls for other homes fail as well.</exception>
    /// <exception cref="LimitReachedException">The subscription includes no more valuations this month.</exception>
    public Task<ValueEstimate?> GetValueAsync(
        Guid organizationId, string operation, HomeToValue home, Func<CancellationToken, Task>? counting, CancellationToken cancel) =>
        FetchAsync(Call(organizationId, operation) with { Quota = UsageQuota.CapAndValuations, Counting = counting }, $"avm/value?{Query(home)}",
            RentCastReader.Estimate, cancel);

    /// <summary>The record of a home.</summary>
    /// <returns>Null when RentCast has none.</returns>
    /// <exception cref="UpstreamException">RentCast did not answer. Rejected: the home has no address.</exception>
    public Task<HomeFacts?> GetPropertyAsync(Guid organizationId, HomeToValue home, CancellationToken cancel) =>
        FetchAsync(
            Call(organizationId, "properties"), $"properties?{QueryText.From(("address", home.Line ?? throw WithoutAddress()), ("limit", "1"))}",
            RentCastReader.Property, cancel);

    /// <summary>The market for homes in a zip code, with the history of a year.</summary>
    /// <param name="organizationId">The organization that the call is counted for.</param>
    /// <param name="zipCode">Five digits.</param>
    /// <param name="cancel">Cancels the call.</param>
    /// <returns>Null when RentCast has no statistics for it.</returns>
    /// <exception cref="UpstreamException">RentCast did not answer.</exception>
    public Task<MarketStatistics?> GetMarketAsync(Guid organizationId, string zipCode, CancellationToken cancel) =>
        FetchAsync(
            Call(organizationId, "markets"), $"markets?{QueryText.From(("zipCode", zipCode), ("dataType", "Sale"), ("historyRange", "12"))}",
            RentCastReader.Market, cancel);

    async Task<T?> FetchAsync<T>(UpstreamCall call, string path, Func<UpstreamAnswer, T?> read, CancellationToken cancel) where T : class
    {
        try
        {
            return await http.SendAsync(call, Request(options.Url(path)), read, cancel);
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.NotFound)
        {
            return null;
        }
    }

    UpstreamCall Call(Guid organizationId, string operation) => options.Call(UpstreamProviders.RentCast, operation, organizationId) with
    {
        LimitKey = $"{UpstreamProviders.RentCast}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.ApiKey)))[..24]}",
        Quota = UsageQuota.Cap,
        Cost = options.CostPerCall,
    };

    HttpRequestMessage Request(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("X-Api-Key", options.ApiKey);
        request.Headers.Accept.ParseAdd("application/json");
        return request;
    }

    string Query(HomeToValue home)
    {
        (string Name, string? Value)[] query =
        [
            .. Location(home),
            ("propertyType", home.KnownType),
            ("bedrooms", home.Bedrooms?.ToString("0.##", CultureInfo.InvariantCulture)),
            ("bathrooms", home.Bathrooms?.ToString("0.##", CultureInfo.InvariantCulture)),
            ("squareFootage", home.SquareFeet?.ToString("0", CultureInfo.InvariantCulture)),
            ("compCount", options.Comparables.ToString(CultureInfo.InvariantCulture)),
        ];
        return QueryText.From(query);
    }

    static (string Name, string? Value)[] Location(HomeToValue home) => home switch
    {
        { Line: { } line } => [("address", line)],
        { Latitude: { } latitude, Longitude: { } longitude } =>
            [("latitude", latitude.ToString(CultureInfo.InvariantCulture)), ("longitude", longitude.ToString(CultureInfo.InvariantCulture))],
        _ => throw WithoutAddress(),
    };

    static UpstreamException WithoutAddress() => new(UpstreamFailure.Rejected, UpstreamProviders.RentCast, "rentcast_home_without_address",
        "RentCast needs a home's address or its point; this home has neither.");
}
