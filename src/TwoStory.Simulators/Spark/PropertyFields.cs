using System.Text;
using TwoStory.Simulators.Control;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.Spark;

/// <summary>The fields of the Property resource, in the order in which rows give them.</summary>
static class PropertyFields
{
    public const string Namespace = "org.reso.metadata";
    public const string CloseDate = "CloseDate";
    public const string StandardStatus = "StandardStatus";

    public static readonly IReadOnlyList<PropertyField> All =
    [
        Text("ListingKey", sale => sale.ListingKey),
        Text("ListingId", sale => sale.ListingId),
        Text(StandardStatus, _ => "Closed"),
        Text("MlsStatus", _ => "Closed"),
        Text("PropertyType", _ => "Residential"),
        Text("PropertySubType", sale => SubType(sale.Home.Type)),
        new(CloseDate, FilterType.Date, "Edm.Date", (sale, _) => FilterValue.From(sale.CloseDate)),
        Money("ClosePrice", sale => sale.ClosePrice),
        Money("ListPrice", sale => sale.ListPrice),
        Money("OriginalListPrice", sale => sale.OriginalListPrice),
        Text("UnparsedAddress", sale => sale.Home.Address.OneLine),
        Text("StreetNumber", sale => sale.Home.Address.Number),
        Text("StreetDirPrefix", sale => sale.Home.Address.StreetName.Prefix),
        Text("StreetName", sale => sale.Home.Address.StreetName.Name),
        Text("StreetSuffix", sale => sale.Home.Address.StreetName.Suffix),
        Text("StreetDirSuffix", sale => sale.Home.Address.StreetName.DirectionSuffix),
        Text("UnitNumber", sale => sale.Home.Address.Unit),
        Text("City", sale => sale.Home.Address.City),
        Text("StateOrProvince", sale => sale.Home.Address.State),
        Text("PostalCode", sale => sale.Home.Address.PostalCode),
        Text("CountyOrParish", sale => sale.Home.Address.County),
        Decimal("Latitude", sale => sale.Home.Point.Latitude),
        Decimal("Longitude", sale => sale.Home.Point.Longitude),
        Whole("BedroomsTotal", sale => sale.Home.Bedrooms),
        Whole("BathroomsTotalInteger", sale => (int)Math.Ceiling(sale.Home.Bathrooms)),
        Decimal("BathroomsTotalDecimal", sale => (double)sale.Home.Bathrooms),
        Decimal("LivingArea", sale => sale.Home.SquareFeet),
        Decimal("LotSizeSquareFeet", sale => sale.Home.LotSquareFeet),
        Whole("YearBuilt", sale => sale.Home.YearBuilt),
        Whole("DaysOnMarket", sale => sale.DaysOnMarket),
        Text("SubdivisionName", sale => sale.Home.Neighbourhood),
        Text("ParcelNumber", sale => sale.Home.ParcelNumber),
        Text("ListAgentFullName", sale => sale.ListAgent),
        Text("ListOfficeName", sale => sale.ListOffice),
        new("InternetEntireListingDisplayYN", FilterType.Truth, "Edm.Boolean", (_, _) => FilterValue.From(true)),
        Entered("ModificationTimestamp"),
        Entered("StatusChangeTimestamp"),
        new("Location", FilterType.Place, "Edm.GeographyPoint", (sale, _) => FilterValue.From(sale.Home.Point)),
    ];

    public static readonly IReadOnlyDictionary<string, PropertyField> ByName = All.ToDictionary(field => field.Name);

    static PropertyField Text(string name, Func<ClosedSale, string?> read) =>
        new(name, FilterType.Text, "Edm.String", (sale, _) => FilterValue.From(read(sale)));

    static PropertyField Money(string name, Func<ClosedSale, decimal> read) => Decimal(name, sale => (double)read(sale));

    static PropertyField Decimal(string name, Func<ClosedSale, double> read) =>
        new(name, FilterType.Number, "Edm.Decimal", (sale, _) => FilterValue.From(read(sale)));

    static PropertyField Whole(string name, Func<ClosedSale, int> read) =>
        new(name, FilterType.Number, "Edm.Int32", (sale, _) => FilterValue.From((double)read(sale)));

    /// <summary>A sale of today is visible from midnight on; until its hour has come it counts as entered just now.</summary>
    static PropertyField Entered(string name) => new(name, FilterType.Instant, "Edm.DateTimeOffset",
        (sale, now) => FilterValue.From(sale.Modified < now ? sale.Modified : now));

    static string SubType(HomeType type) => type switch
    {
        HomeType.Townhouse => "Townhouse",
        HomeType.Condo => "Condominium",
        _ => "Single Family Residence",
    };
}

/// <summary>A field of the Property resource.</summary>
/// <param name="Name">As in the RESO Data Dictionary.</param>
/// <param name="Type">The type of values it is compared with.</param>
/// <param name="Edm">Its type in $metadata.</param>
/// <param name="Read">Its value for a sale, as of a moment.</param>
sealed record PropertyField(string Name, FilterType Type, string Edm, Func<ClosedSale, DateTimeOffset, FilterValue> Read)
{
    /// <summary>Whether rows contain it; Location can only be used in filters.</summary>
    public bool Listed => Type != FilterType.Place;
}

/// <summary>$metadata: the Property resource and its fields, nothing else.</summary>
static class SparkMetadata
{
    static readonly Reply Document = new(200, "application/xml; charset=utf-8", Encoding.UTF8.GetBytes($"""
        <?xml version="1.0" encoding="utf-8"?>
        <edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
          <edmx:DataServices>
            <Schema Namespace="{PropertyFields.Namespace}" xmlns="http://docs.oasis-open.org/odata/ns/edm">
              <EntityType Name="Property">
                <Key><PropertyRef Name="ListingKey"/></Key>
                {string.Join("\n        ", PropertyFields.All.Select(field => $"<Property Name=\"{field.Name}\" Type=\"{field.Edm}\"/>"))}
              </EntityType>
              <EntityContainer Name="Default">
                <EntitySet Name="Property" EntityType="{PropertyFields.Namespace}.Property"/>
              </EntityContainer>
            </Schema>
          </edmx:DataServices>
        </edmx:Edmx>
        """));

    public static Reply Answer() => Document;
}
