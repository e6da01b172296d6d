namespace TwoStory.Core.Providers.RentCast;

/// <summary>A home as it is sent to an AVM: its location, by address or by point, and its known features.</summary>
/// <param name="Latitude">Degrees; used for a home without a street.</param>
/// <param name="PropertyType">One of RentCast's: Single Family, Condo, Townhouse, Manufactured, Multi-Family, Apartment, Land; anything else is not
/// sent.</param>
/// <param name="Bedrooms">0 is a studio.</param>
/// <param name="SquareFeet">Of living area.</param>
public sealed record HomeToValue(
    Address Address, double? Latitude = null, double? Longitude = null,
    string? PropertyType = null, decimal? Bedrooms = null, decimal? Bathrooms = null, decimal? SquareFeet = null)
{
    static readonly string[] KnownTypes = ["Single Family", "Condo", "Townhouse", "Manufactured", "Multi-Family", "Apartment", "Land"];

    internal string? KnownType => Array.Find(KnownTypes, type => type.Equals(PropertyType, StringComparison.OrdinalIgnoreCase));

    /// <summary>The address in one line; null when it does not identify one home.</summary>
    internal string? Line
    {
        get
        {
            var (street, city, zip) = (Given(Address.Street), Given(Address.City), Given(Address.PostalCode));
            if (street is null || (city is null && zip is null)) return null;
            string?[] parts = [street, Unit(Given(Address.Unit)), city, Given(Address.State), zip];
            return string.Join(", ", parts.Where(part => part is not null));
        }
    }

    // "4B" and "#4B" get the word "Unit"; "Apt 4B" has a word.
    static string? Unit(string? unit) =>
        unit is null || (char.IsAsciiLetter(unit[0]) && unit.Contains(' ', StringComparison.Ordinal)) ? unit : $"Unit {unit.TrimStart('#').Trim()}";

    static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
