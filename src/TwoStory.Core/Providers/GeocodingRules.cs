namespace TwoStory.Core.Providers;

/// <summary>Compares a geocoder's result with the address.</summary>
static class GeocodingRules
{
    /// <summary>Whether the state or the ZIP code differs; a missing value matches any.</summary>
    public static bool Contradicts(Address address, string? state, string? postalCode) =>
        Differ(UsState.Code(address.State), UsState.Code(state)) || Differ(AddressKey.PostalCode(address.PostalCode), AddressKey.PostalCode(postalCode));

    public static bool IsSameHouse(Address address, string? houseNumber) =>
        houseNumber is not null && AddressText.Tokens(address.Street) is [var number, ..] && AddressText.Tokens(houseNumber) is [var found] && number == found;

    static bool Differ(string? one, string? other) => !string.IsNullOrEmpty(one) && !string.IsNullOrEmpty(other) && one != other;
}
