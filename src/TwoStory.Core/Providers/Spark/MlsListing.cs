namespace TwoStory.Core.Providers.Spark;

/// <summary>A listing as the MLS shows it to the organization, sold or for sale; all but the key may be missing.</summary>
/// <param name="Status">RESO's: Active, Pending, Closed and others.</param>
/// <param name="CloseDate">Of a sale.</param>
/// <param name="ClosePrice">USD; null where nothing is sold, or the MLS hides it.</param>
/// <param name="ListPrice">USD, what is or was asked.</param>
/// <param name="AddressLine">The address for people.</param>
/// <param name="Latitude">Degrees.</param>
/// <param name="SquareFeet">Of living area.</param>
/// <param name="ModifiedAt">UTC.</param>
public sealed record MlsListing(
    string ListingKey, string? ListingId, string? Status, string? PropertyType, DateOnly? CloseDate, decimal? ClosePrice, decimal? ListPrice,
    string? AddressLine, Address Address, double? Latitude, double? Longitude, decimal? Bedrooms, decimal? Bathrooms, decimal? SquareFeet, int? YearBuilt,
    string? ListOfficeName, string? ListAgentName, DateTime? ModifiedAt)
{
    internal static MlsListing From(Listing it) => new(
        it.Key, it.Id, it.StandardStatus ?? it.MlsStatus, it.PropertyType, it.CloseDate, it.ClosePrice, it.ListPrice, it.DisplayAddress, it.Address,
        it.Latitude, it.Longitude, it.Bedrooms, it.Bathrooms, it.LivingArea, it.YearBuilt, it.ListOfficeName, it.ListAgentName, it.ModifiedAt);
}
