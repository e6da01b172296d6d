using TwoStory.Core.Data;

namespace TwoStory.Core.Providers.Geocoding;

/// <summary>The geocoders' answers, shared by all organizations.</summary>
sealed class GeocodeCache(Database database, TimeProvider time)
{
    sealed record Row(double? Latitude, double? Longitude, string LocationPrecision, string Provider);

    /// <param name="rememberNothingFor">The lifetime of an answer without a precise point.</param>
    /// <returns>Whether the answer is known, and its point; null if none was found.</returns>
    public async Task<(bool Known, GeocodedPoint? Point)> FindAsync(string addressKey, TimeSpan rememberNothingFor, CancellationToken cancel)
    {
        var row = await database.QueryFirstAsync<Row>(
            """
            select latitude, longitude, location_precision, provider from geocode_cache
            where address_key = @addressKey and (location_precision in ('rooftop', 'street') or found_at > @since)
            """, new { addressKey, since = time.GetUtcNow().UtcDateTime - rememberNothingFor }, cancel);
        if (row is null) return (false, null);
        return row is { Latitude: { } latitude, Longitude: { } longitude }
            ? (true, new GeocodedPoint(latitude, longitude, Enum.Parse<LocationPrecision>(row.LocationPrecision, ignoreCase: true), row.Provider))
            : (true, null);
    }

    /// <param name="point">Null when no geocoder knows the address.</param>
    /// <param name="provider">The geocoder that answered last.</param>
    public Task StoreAsync(string addressKey, GeocodedPoint? point, string provider, CancellationToken cancel) =>
        database.ExecuteAsync(
            """
            insert into geocode_cache (address_key, latitude, longitude, location_precision, provider, found_at)
            values (@addressKey, @Latitude, @Longitude, @precision, @provider, @now)
            on conflict (address_key) do update set
                latitude = excluded.latitude, longitude = excluded.longitude, location_precision = excluded.location_precision,
                provider = excluded.provider, found_at = excluded.found_at
            """,
            new
            {
                addressKey,
                point?.Latitude,
                point?.Longitude,
                precision = (point?.Precision ?? LocationPrecision.None).ToString().ToLowerInvariant(),
                provider = point?.Provider ?? provider,
                now = time.GetUtcNow().UtcDateTime,
            }, cancel);
}
