using static TwoStory.Simulators.World.Street;

namespace TwoStory.Simulators.World;

/// <summary>Nine neighbourhoods of Seattle, Portland and Denver; names and numbers are real, the residents are not.</summary>
static class Neighbourhoods
{
    public static IReadOnlyList<Neighbourhood> All { get; } =
    [
        new("Ballard", "Seattle", "King", "WA", "98107", new(47.6690, -122.3840), 560,
        [
            NorthSouth("8th Avenue NW", 4200, 6500), NorthSouth("14th Avenue NW", 4600, 6500),
            NorthSouth("20th Avenue NW", 5200, 6800), NorthSouth("24th Avenue NW", 5300, 6900),
            NorthSouth("28th Avenue NW", 5400, 6900), EastWest("NW 56th Street", 600, 3000),
            EastWest("NW 58th Street", 600, 3000), EastWest("NW 60th Street", 600, 3000),
            EastWest("NW 62nd Street", 600, 3000), EastWest("NW Market Street", 900, 2900),
        ]),
        new("Wallingford", "Seattle", "King", "WA", "98103", new(47.6615, -122.3350), 600,
        [
            NorthSouth("Wallingford Avenue N", 3400, 5000), NorthSouth("Meridian Avenue N", 3400, 5000),
            NorthSouth("Burke Avenue N", 3400, 5000), NorthSouth("Densmore Avenue N", 3400, 5000),
            NorthSouth("Woodlawn Avenue N", 3400, 5000), NorthSouth("Stone Way N", 3400, 5000),
            EastWest("N 40th Street", 1100, 2500), EastWest("N 43rd Street", 1100, 2500),
            EastWest("N 45th Street", 1100, 2500), EastWest("N 48th Street", 1100, 2500),
        ]),
        new("Columbia City", "Seattle", "King", "WA", "98118", new(47.5600, -122.2870), 480,
        [
            NorthSouth("Rainier Avenue S", 3700, 5300), NorthSouth("37th Avenue S", 3700, 5300),
            NorthSouth("39th Avenue S", 3700, 5300), NorthSouth("42nd Avenue S", 3700, 5300),
            NorthSouth("46th Avenue S", 3700, 5300), EastWest("S Alaska Street", 3000, 5200),
            EastWest("S Hudson Street", 3000, 5200), EastWest("S Ferdinand Street", 3000, 5200),
            EastWest("S Dawson Street", 3000, 5200), EastWest("S Genesee Street", 3000, 5200),
        ]),
        new("Admiral", "Seattle", "King", "WA", "98116", new(47.5790, -122.3890), 520,
        [
            NorthSouth("California Avenue SW", 1600, 4200), NorthSouth("42nd Avenue SW", 1600, 4200),
            NorthSouth("44th Avenue SW", 1600, 4200), NorthSouth("47th Avenue SW", 1600, 4200),
            NorthSouth("49th Avenue SW", 1600, 4200), EastWest("SW Admiral Way", 2300, 5700),
            EastWest("SW Hanford Street", 3400, 5600), EastWest("SW Stevens Street", 3400, 5600),
            EastWest("SW College Street", 3400, 5600), EastWest("SW Hinds Street", 3400, 5600),
        ]),
        new("Hawthorne", "Portland", "Multnomah", "OR", "97214", new(45.5120, -122.6350), 390,
        [
            EastWest("SE Hawthorne Boulevard", 2700, 4900), EastWest("SE Lincoln Street", 2700, 4900),
            EastWest("SE Harrison Street", 2700, 4900), EastWest("SE Salmon Street", 2700, 4900),
            EastWest("SE Taylor Street", 2700, 4900), NorthSouth("SE 34th Avenue", 800, 2700),
            NorthSouth("SE 37th Avenue", 800, 2700), NorthSouth("SE 41st Avenue", 800, 2700),
            NorthSouth("SE 44th Avenue", 800, 2700), NorthSouth("SE 47th Avenue", 800, 2700),
        ]),
        new("Alberta Arts District", "Portland", "Multnomah", "OR", "97211", new(45.5590, -122.6450), 380,
        [
            EastWest("NE Alberta Street", 1000, 3300), EastWest("NE Killingsworth Street", 1000, 3300),
            EastWest("NE Prescott Street", 1000, 3300), EastWest("NE Going Street", 1000, 3300),
            EastWest("NE Wygant Street", 1000, 3300), NorthSouth("NE 15th Avenue", 4200, 6300),
            NorthSouth("NE 18th Avenue", 4200, 6300), NorthSouth("NE 22nd Avenue", 4200, 6300),
            NorthSouth("NE 27th Avenue", 4200, 6300), NorthSouth("NE 30th Avenue", 4200, 6300),
        ]),
        new("Sellwood", "Portland", "Multnomah", "OR", "97202", new(45.4680, -122.6510), 400,
        [
            NorthSouth("SE 9th Avenue", 6900, 8900), NorthSouth("SE 13th Avenue", 6900, 8900),
            NorthSouth("SE 15th Avenue", 6900, 8900), NorthSouth("SE 17th Avenue", 6900, 8900),
            NorthSouth("SE Milwaukie Avenue", 5900, 7900), EastWest("SE Tacoma Street", 500, 2400),
            EastWest("SE Bybee Boulevard", 500, 2400), EastWest("SE Spokane Street", 500, 2400),
            EastWest("SE Lexington Street", 500, 2400), EastWest("SE Nehalem Street", 500, 2400),
        ]),
        new("Washington Park", "Denver", "Denver", "CO", "80209", new(39.7030, -104.9700), 520,
        [
            NorthSouth("S Downing Street", 200, 1900), NorthSouth("S Corona Street", 200, 1900),
            NorthSouth("S Pearl Street", 200, 1900), NorthSouth("S Gaylord Street", 200, 1900),
            NorthSouth("S Race Street", 200, 1900), NorthSouth("S Vine Street", 200, 1900),
            EastWest("E Alameda Avenue", 600, 2600), EastWest("E Virginia Avenue", 600, 2600),
            EastWest("E Exposition Avenue", 600, 2600), EastWest("E Kentucky Avenue", 600, 2600),
        ]),
        new("Berkeley", "Denver", "Denver", "CO", "80212", new(39.7740, -105.0400), 470,
        [
            NorthSouth("Tennyson Street", 3800, 5200), NorthSouth("Raleigh Street", 3800, 5200),
            NorthSouth("Utica Street", 3800, 5200), NorthSouth("Xavier Street", 3800, 5200),
            NorthSouth("Perry Street", 3800, 5200), NorthSouth("Stuart Street", 3800, 5200),
            EastWest("W 38th Avenue", 3200, 5200), EastWest("W 41st Avenue", 3200, 5200),
            EastWest("W 44th Avenue", 3200, 5200), EastWest("W 46th Avenue", 3200, 5200),
        ]),
    ];
}

/// <summary>A real neighbourhood with homes of the demo.</summary>
sealed record Neighbourhood(
    string Name,
    string City,
    string County,
    string State,
    string PostalCode,
    WorldPoint Centre,
    double PricePerSquareFoot,
    IReadOnlyList<Street> Streets);

/// <summary>A street of a neighbourhood, with its range of house numbers there.</summary>
sealed record Street(StreetName Name, int LowNumber, int HighNumber, bool RunsNorth)
{
    public static Street NorthSouth(string name, int low, int high) => new(StreetName.Parse(name), low, high, true);

    public static Street EastWest(string name, int low, int high) => new(StreetName.Parse(name), low, high, false);
}

/// <summary>Builds a neighbourhood street by street: 200 lots on each, every fifth a home that the demo may take a lead from.</summary>
sealed class HomeBuilder(int seed)
{
    const int LotsPerStreet = 200;
    const int LotsPerDemoHome = 5;
    const double ReachMiles = 1.15;
    const double StreetBandMiles = 0.75;
    const double SetbackMiles = 0.012;

    public NeighbourhoodHomes Build(Neighbourhood place)
    {
        List<Home> demo = [];
        List<Home> others = [];
        foreach (var streets in place.Streets.GroupBy(street => street.RunsNorth))
        {
            var parallel = streets.ToList();
            for (var index = 0; index < parallel.Count; index++)
            {
                var offset = StreetBandMiles * (2 * (index + 0.5) / parallel.Count - 1);
                for (var lot = 0; lot < LotsPerStreet; lot++)
                {
                    (lot % LotsPerDemoHome == 0 ? demo : others).Add(BuildHome(place, parallel[index], offset, lot));
                }
            }
        }

        return new(place, demo, others);
    }

    Home BuildHome(Neighbourhood place, Street street, double offset, int lot)
    {
        var random = SeededRandom.For(seed, $"home/{place.Name}/{street.Name}/{lot}");
        var width = (street.HighNumber - street.LowNumber) / LotsPerStreet;
        var number = street.LowNumber + lot * width + random.Between(0, width - 1);
        var half = Math.Sqrt(ReachMiles * ReachMiles - offset * offset);
        var along = half * (2 * (lot + random.Unit()) / LotsPerStreet - 1);
        var across = offset + (number % 2 == 0 ? SetbackMiles : -SetbackMiles);
        var point = street.RunsNorth ? place.Centre.Moved(along, across) : place.Centre.Moved(across, along);
        var type = random.Unit() switch { < 0.72 => HomeType.SingleFamily, < 0.88 => HomeType.Townhouse, _ => HomeType.Condo };
        var bedrooms = type == HomeType.Condo ? random.Between(1, 3) : random.Between(2, 5);
        return new(
            new(Text(number), street.Name, type == HomeType.Condo ? Text(random.Between(1, 4) * 100 + random.Between(1, 9)) : null,
                place.City, place.County, place.State, place.PostalCode),
            Text(1_000_000_000 + (int)(random.Next() % 8_999_999)),
            point,
            type,
            bedrooms,
            Math.Max(1, bedrooms - 1) + random.Between(0, 3) * 0.25m,
            450 + bedrooms * random.Between(300, 480),
            type == HomeType.SingleFamily ? random.Between(3000, 7500) : random.Between(900, 1800),
            random.Between(1908, 2022),
            place.Name);
    }

    static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The homes of one neighbourhood: those the demo takes leads from, and those that are mostly the ones sold.</summary>
sealed record NeighbourhoodHomes(Neighbourhood Place, IReadOnlyList<Home> Demo, IReadOnlyList<Home> Others);
