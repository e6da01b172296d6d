namespace TwoStory.Simulators.World;

/// <summary>An American address in the parts that an MLS keeps.</summary>
sealed record HomeAddress(
    string Number,
    StreetName StreetName,
    string? Unit,
    string City,
    string County,
    string State,
    string PostalCode)
{
    /// <summary>House number and street, without unit: <c>4512 Phinney Avenue N</c>.</summary>
    public string Street => $"{Number} {StreetName}";

    /// <summary><c>4512 Phinney Avenue N #204, Seattle, WA 98103</c>.</summary>
    public string OneLine => $"{Street}{(Unit is null ? "" : $" #{Unit}")}, {City}, {State} {PostalCode}";
}
