using System.Security.Cryptography;
using System.Text;
using TwoStory.Core.Data;

namespace TwoStory.Core.Providers.Geocoding;

/// <summary>
/// The geocoders' answers to one organization. Nothing is shared between organizations: a known answer would reveal that another
/// brokerage has the home, and a wrong question of one would decide the answer of another.
/// </summary>
sealed class GeocodeCache(Database database, TimeProvider time)
{
    sealed record Row(double? Latitude, double? Longitude, string LocationPrecision, string Provider);

    /// <summary>
    /// The question that the geocoders are asked: street, city, state and ZIP code. Spellings of one address are one question.
    /// Unlike <see cref="AddressKey"/>, no part stands for another: a wrong state is another question.
    /// </summary>
    /// <returns>A hash, so that the cache stores no address; null without a street.</returns>
    public static byte[]? Question(Address address)
    {
        if (AddressText.Tokens(address.Street) is not { Count: > 0 } street) return null;
        string[] parts =
        [
            string.Join(' ', street), string.Join(' ', AddressText.Tokens(address.City)), UsState.Code(address.State) ?? "",
            AddressKey.PostalCode(address.PostalCode),
        ];
        return SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
    }

    /// <param name="organizationId">The organization that asks.</param>
    /// <param name="question">See <see cref="Question"/>.</param>
    /// <param name="rememberNothingFor">The lifetime of an answer without a precise point.</param>
    /// <param name="cancel">Cancels the query.</param>
    /// <returns>Whether the answer is known, and its point; null if none was found.</returns>
    public async Task<(bool Known, GeocodedPoint? Point)> FindAsync(
        Guid organizationId, byte[] question, TimeSpan rememberNothingFor, CancellationToken cancel)
    {
        var row = await database.Tenant(organizationId).QueryFirstAsync<Row>(
            """
            select latitude, longitude, location_precision, provider from geocode_answers
            where organization_id = @organizationId and question = @question
              and (location_precision in ('rooftop', 'street') or found_at > @since)
            """, new { question, since = time.GetUtcNow().UtcDateTime - rememberNothingFor }, cancel);
        if (row is null) return (false, null);
        return row is { Latitude: { } latitude, Longitude: { } longitude }
            ? (true, new GeocodedPoint(latitude, longitude, WireName.Parse<LocationPrecision>(row.LocationPrecision), row.Provider))
            : (true, null);
    }

    /// <param name="organizationId">The organization that asked.</param>
    /// <param name="question">See <see cref="Question"/>.</param>
    /// <param name="point">Null when no geocoder knows the address.</param>
    /// <param name="provider">The geocoder that answered last.</param>
    /// <param name="cancel">Cancels the statement.</param>
    public Task StoreAsync(Guid organizationId, byte[] question, GeocodedPoint? point, string provider, CancellationToken cancel) =>
        database.Tenant(organizationId).ExecuteAsync(
            """
            insert into geocode_answers (organization_id, question, latitude, longitude, location_precision, provider, found_at)
            values (@organizationId, @question, @Latitude, @Longitude, @precision, @provider, @now)
            on conflict (organization_id, question) do update set
                latitude = excluded.latitude, longitude = excluded.longitude, location_precision = excluded.location_precision,
                provider = excluded.provider, found_at = excluded.found_at
            """,
            new
            {
                question,
                point?.Latitude,
                point?.Longitude,
                precision = WireName.From(point?.Precision ?? LocationPrecision.None),
                provider = point?.Provider ?? provider,
                now = time.GetUtcNow().UtcDateTime,
            }, cancel);
}
