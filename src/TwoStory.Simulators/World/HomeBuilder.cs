namespace TwoStory.Simulators.World;

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
        var dice = SeededRandom.For(seed, $"home/{place.Name}/{street.Name}/{lot}");
        var width = (street.HighNumber - street.LowNumber) / LotsPerStreet;
        var number = street.LowNumber + lot * width + dice.Between(0, width - 1);
        var half = Math.Sqrt(ReachMiles * ReachMiles - offset * offset);
        var along = half * (2 * (lot + dice.Unit()) / LotsPerStreet - 1);
        var across = offset + (number % 2 == 0 ? SetbackMiles : -SetbackMiles);
        var point = street.RunsNorth ? place.Centre.Moved(along, across) : place.Centre.Moved(across, along);
        var type = dice.Unit() switch { < 0.72 => HomeType.SingleFamily, < 0.88 => HomeType.Townhouse, _ => HomeType.Condo };
        var bedrooms = type == HomeType.Condo ? dice.Between(1, 3) : dice.Between(2, 5);
        return new(
            new(Text(number), street.Name, type == HomeType.Condo ? Text(dice.Between(1, 4) * 100 + dice.Between(1, 9)) : null,
                place.City, place.County, place.State, place.PostalCode),
            Text(1_000_000_000 + (int)(dice.Next() % 8_999_999)),
            point,
            type,
            bedrooms,
            Math.Max(1, bedrooms - 1) + dice.Between(0, 3) * 0.25m,
            450 + bedrooms * dice.Between(300, 480),
            type == HomeType.SingleFamily ? dice.Between(3000, 7500) : dice.Between(900, 1800),
            dice.Between(1908, 2022),
            place.Name);
    }

    static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The homes of one neighbourhood: those the demo takes leads from, and those that are mostly the ones sold.</summary>
sealed record NeighbourhoodHomes(Neighbourhood Place, IReadOnlyList<Home> Demo, IReadOnlyList<Home> Others);
