using TwoStory.Core.Data;

namespace TwoStory.Core.Providers.Geocoding;

/// <summary>What geocoders have answered, for all organizations; an address is where it is, whoever asks.</summary>
sealed class GeocodeCache(Database database, TimeProvider time)
{
    sealed record Row(double? Latitude, double? Longitude, string LocationPrecision, string Provider);

    /// <param name="rememberNothingFor">How long an answer without a usable point is believed.</param>
    /// <returns>Whether the answer is known, and the place; null where none was found.</returns>
    public async Task<(bool Known, GeocodedPoint? Place)> FindAsync(string addressKey, TimeSpan rememberNothingFor, CancellationToken cancel)
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

    /// <param name="place">Null to remember that nobody knows the address.</param>
    /// <param name="provider">Who answered last.</param>
    public Task StoreAsync(string addressKey, GeocodedPoint? place, string provider, CancellationToken cancel) =>
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
                place?.Latitude,
                place?.Longitude,
                precision = (place?.Precision ?? LocationPrecision.None).ToString().ToLowerInvariant(),
                provider = place?.Provider ?? provider,
                now = time.GetUtcNow().UtcDateTime,
            }, cancel);
}
