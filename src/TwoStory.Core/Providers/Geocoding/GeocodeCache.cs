using System.Security.Cryptography;
using System.Text;
using TwoStory.Core.Data;

namespace TwoStory.Core.Providers.Geocoding;

/// <summary>
/// The geocoders' answers to one organization. Nothing is shared between organizations: a known answer would reveal that another
/// brokerage has the home, and the wrong address of one would decide the answer of another.
/// </summary>
sealed class GeocodeCache(Database database, TimeProvider time)
{
    sealed record Row(double? Latitude, double? Longitude, string LocationPrecision, string Provider);

    /// <summary>
    /// The key of an address: street, city, state and ZIP code, as the geocoders receive them. Spellings of one address have one key.
    /// Unlike <see cref="AddressKey"/>, no part replaces another: the same street in another state has another key.
    /// </summary>
    /// <returns>A hash, so that the cache stores no address; null without a street.</returns>
    public static byte[]? AddressHash(Address address)
    {
        if (AddressText.Tokens(address.Street) is not { Count: > 0 } street) return null;
        string[] parts =
        [
            string.Join(' ', street), string.Join(' ', AddressText.Tokens(address.City)), UsState.Code(address.State) ?? "",
            AddressKey.PostalCode(address.PostalCode),
        ];
        return SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
    }

    /// <param name="organizationId">The organization of the address.</param>
    /// <param name="addressHash">See <see cref="AddressHash"/>.</param>
    /// <param name="rememberNothingFor">The lifetime of an answer without a precise point.</param>
    /// <param name="cancel">Cancels the query.</param>
    /// <returns>Whether the answer is known, and its point; null if none was found.</returns>
    public async Task<(bool Known, GeocodedPoint? Point)> FindAsync(
        Guid organizationId, byte[] addressHash, TimeSpan rememberNothingFor, CancellationToken cancel)
    {
        var row = await database.Tenant(organizationId).QueryFirstAsync<Row>(
            """
            select latitude, longitude, location_precision, provider from geocode_answers
            where organization_id = @organizationId and address_hash = @addressHash
              and (location_precision in ('rooftop', 'street') or found_at > @since)
            """, new { addressHash, since = time.GetUtcNow().UtcDateTime - rememberNothingFor }, cancel);
        if (row is null) return (false, null);
        return row is { Latitude: { } latitude, Longitude: { } longitude }
            ? (true, new GeocodedPoint(latitude, longitude, WireName.Parse<LocationPrecision>(row.LocationPrecision), row.Provider))
            : (true, null);
    }

    /// <param name="organizationId">The organization of the address.</param>
    /// <param name="addressHash">See <see cref="AddressHash"/>.</param>
    /// <param name="point">Null when no geocoder knows the address.</param>
    /// <param name="provider">The geocoder that answered last.</param>
    /// <param name="cancel">Cancels the statement.</param>
    public Task StoreAsync(Guid organizationId, byte[] addressHash, GeocodedPoint? point, string provider, CancellationToken cancel) =>
        database.Tenant(organizationId).ExecuteAsync(
            """
            insert into geocode_answers (organization_id, address_hash, latitude, longitude, location_precision, provider, found_at)
            values (@organizationId, @addressHash, @Latitude, @Longitude, @precision, @provider, @now)
            on conflict (organization_id, address_hash) do update set
                latitude = excluded.latitude, longitude = excluded.longitude, location_precision = excluded.location_precision,
                provider = excluded.provider, found_at = excluded.found_at
            """,
            new
            {
                addressHash,
                point?.Latitude,
                point?.Longitude,
                precision = WireName.From(point?.Precision ?? LocationPrecision.None),
                provider = point?.Provider ?? provider,
                now = time.GetUtcNow().UtcDateTime,
            }, cancel);
}
