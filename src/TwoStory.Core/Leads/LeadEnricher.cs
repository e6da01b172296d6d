using Microsoft.Extensions.Logging;
using TwoStory.Core.Data;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Leads;

/// <summary>
/// Fills in missing fields of a lead from the public record of the home. It runs after the lead is stored, so that a failure of the
/// provider cannot lose the lead, and changes only fields that are still empty.
/// </summary>
public sealed class LeadEnricher(Database database, RentCastClient rentCast, ILogger<LeadEnricher> logger)
{
    // The client waits for the response.
    static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(15);

    // Coordinates with four decimals are exact to 11 metres. Less precise ones are not the location of a home.
    const double FinestRounding = 0.001;

    public async Task<CreatedLead> EnrichAsync(Guid organizationId, Lead lead, CancellationToken cancel)
    {
        if (!IsMissing(lead)) return new CreatedLead(lead, [], "nothing_missing");
        var home = new HomeToValue(lead.Address);
        if (home.Line is null) return new CreatedLead(lead, [], "no_address");
        var (record, failure) = await FetchAsync(organizationId, home, cancel);
        if (failure is not null) return new CreatedLead(lead, [], failure);
        if (record is null || !IsSameHome(lead.Address, record.Address)) return new CreatedLead(lead, [], "not_found");
        var filled = await FillAsync(organizationId, lead, record, cancel);
        var fields = Fields(lead, filled);
        return new CreatedLead(filled, fields, fields.Count > 0 ? null : "nothing_known");
    }

    async Task<(HomeFacts? Record, string? Failure)> FetchAsync(Guid organizationId, HomeToValue home, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(FetchTimeout);
        try
        {
            return (await rentCast.GetPropertyAsync(organizationId, home, timeout.Token), null);
        }
        catch (UpstreamException error)
        {
            logger.LogWarning("The public record of a home could not be fetched: {Code}", error.Code);
            return (null, error.Code);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            logger.LogWarning("The public record of a home could not be fetched within {Timeout}", FetchTimeout);
            return (null, "timed_out");
        }
    }

    async Task<Lead> FillAsync(Guid organizationId, Lead lead, HomeFacts record, CancellationToken cancel)
    {
        var point = Point(record);
        var row = await database.Tenant(organizationId).QueryFirstAsync<LeadRow>(
            $"""
            update leads
            set property_type = coalesce(property_type, @PropertyType), bedrooms = coalesce(bedrooms, @bedrooms), bathrooms = coalesce(bathrooms, @bathrooms),
                square_feet = coalesce(square_feet, @squareFeet),
                latitude = case when {NotGeocoded} then @latitude else latitude end, longitude = case when {NotGeocoded} then @longitude else longitude end,
                location_precision = case when {NotGeocoded} then 'rooftop' else location_precision end, version = version + 1, updated_at = now()
            where organization_id = @organizationId and id = @Id
              and ((property_type is null and @PropertyType is not null) or (bedrooms is null and @bedrooms::numeric is not null)
                or (bathrooms is null and @bathrooms::numeric is not null) or (square_feet is null and @squareFeet::integer is not null) or {NotGeocoded})
            returning {LeadRow.Columns}
            """,
            new
            {
                lead.Id,
                PropertyType = record.PropertyType is { Length: <= 100 } type ? type : null,
                bedrooms = record.Bedrooms is <= 100 ? record.Bedrooms : null,
                bathrooms = record.Bathrooms is <= 99 ? record.Bathrooms : null,
                squareFeet = record.SquareFeet is >= 1 and <= 1_000_000 ? (int?)record.SquareFeet : null,
                latitude = point?.Latitude,
                longitude = point?.Longitude,
            }, cancel);
        return row?.Lead ?? lead;
    }

    // No location, or only an area found by a geocoder. Coordinates that a user entered stay, including 0/0.
    const string NotGeocoded = "(@latitude::double precision is not null and (latitude is null or location_precision = 'area'))";

    static bool IsMissing(Lead lead) =>
        lead.PropertyType is null || lead.Bedrooms is null || lead.Bathrooms is null || lead.SquareFeet is null
        || lead.Latitude is null || lead.LocationPrecision == LocationPrecision.Area;

    // The search can return the record of another house.
    static bool IsSameHome(Address address, Address found) =>
        !GeocodingRules.Contradicts(address, found.State, found.PostalCode)
        && GeocodingRules.IsSameHouse(address, AddressText.Tokens(found.Street).FirstOrDefault());

    static GeoPoint? Point(HomeFacts record) =>
        record is { Latitude: { } latitude, Longitude: { } longitude } && new GeoPoint(latitude, longitude) is { IsGeocoded: true } point
        && (IsFine(latitude) || IsFine(longitude)) ? point : null;

    static bool IsFine(double degrees) => Math.Abs(degrees - (Math.Round(degrees / FinestRounding) * FinestRounding)) > 1e-7;

    static List<string> Fields(Lead before, Lead after)
    {
        (string Name, bool IsFilled)[] fields =
        [
            ("propertyType", before.PropertyType is null && after.PropertyType is not null),
            ("bedrooms", before.Bedrooms is null && after.Bedrooms is not null),
            ("bathrooms", before.Bathrooms is null && after.Bathrooms is not null),
            ("squareFeet", before.SquareFeet is null && after.SquareFeet is not null),
            ("latitude", before.Latitude != after.Latitude),
            ("longitude", before.Longitude != after.Longitude),
        ];
        return [.. fields.Where(field => field.IsFilled).Select(field => field.Name)];
    }
}
