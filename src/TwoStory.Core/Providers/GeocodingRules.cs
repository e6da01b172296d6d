namespace TwoStory.Core.Providers;

/// <summary>Whether what a geocoder found is what was asked for.</summary>
static class GeocodingRules
{
    /// <summary>Another state or another ZIP code; what is missing on either side contradicts nothing.</summary>
    public static bool Contradicts(Address asked, string? state, string? postalCode) =>
        Differ(UsState.Code(asked.State), UsState.Code(state)) || Differ(AddressKey.PostalCode(asked.PostalCode), AddressKey.PostalCode(postalCode));

    public static bool IsSameHouse(Address asked, string? houseNumber) =>
        houseNumber is not null && AddressText.Tokens(asked.Street) is [var number, ..] && AddressText.Tokens(houseNumber) is [var found] && number == found;

    static bool Differ(string? one, string? other) => !string.IsNullOrEmpty(one) && !string.IsNullOrEmpty(other) && one != other;
}
