namespace TwoStory.Simulators.World;

/// <summary>What kind of home it is; each provider has its own words for it.</summary>
enum HomeType
{
    SingleFamily,
    Townhouse,
    Condo,
}

/// <summary>One home of the simulated world.</summary>
/// <param name="Address">Unique in the world by number, street, city and state.</param>
/// <param name="ParcelNumber">The county assessor's number.</param>
/// <param name="Point">The rooftop.</param>
/// <param name="Type">The kind of home.</param>
/// <param name="Bedrooms">Whole number; 0 is a studio.</param>
/// <param name="Bathrooms">In quarters.</param>
/// <param name="SquareFeet">Living area.</param>
/// <param name="LotSquareFeet">The land.</param>
/// <param name="YearBuilt">Four digits.</param>
/// <param name="Neighbourhood">What the MLS calls the subdivision.</param>
sealed record Home(
    HomeAddress Address,
    string ParcelNumber,
    WorldPoint Point,
    HomeType Type,
    int Bedrooms,
    decimal Bathrooms,
    int SquareFeet,
    int LotSquareFeet,
    int YearBuilt,
    string Neighbourhood);
