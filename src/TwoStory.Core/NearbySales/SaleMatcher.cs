using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales;

/// <summary>A listing within the radius of a lead; both are indexes into the given lists.</summary>
readonly record struct SaleMatch(int Lead, int Listing, double Miles);

/// <summary>Finds all listings within the radius of each lead by haversine distance, inclusive.</summary>
static class SaleMatcher
{
    const double RowDegrees = 0.05;

    // Far more than rounding can move a point, far less than a foot.
    const double Slack = 1e-9;

    /// <summary>
    /// Streams the pairs in the order of the leads. Points that are not geocoded and radii that are negative or not a number
    /// never match.
    /// </summary>
    public static IEnumerable<SaleMatch> Match(IReadOnlyList<LeadArea> leads, IReadOnlyList<GeoPoint> listings)
    {
        ArgumentNullException.ThrowIfNull(leads);
        ArgumentNullException.ThrowIfNull(listings);
        return Pairs(leads, listings, Rows(listings));
    }

    static IEnumerable<SaleMatch> Pairs(IReadOnlyList<LeadArea> leads, IReadOnlyList<GeoPoint> listings, Dictionary<int, Row> rows)
    {
        for (var lead = 0; lead < leads.Count; lead++)
        {
            var (centre, radius) = leads[lead];
            if (!centre.IsGeocoded || !(radius >= 0))
            {
                continue;
            }
            foreach (var listing in Near(new(centre, radius), rows))
            {
                var miles = centre.DistanceMilesTo(listings[listing]);
                if (miles <= radius)
                {
                    yield return new(lead, listing, miles);
                }
            }
        }
    }

    static IEnumerable<int> Near(GeoCircle circle, Dictionary<int, Row> rows)
    {
        var halfWidth = circle.HalfWidthDegrees + Slack;
        double west = circle.Centre.Longitude - halfWidth, east = circle.Centre.Longitude + halfWidth;
        var last = RowOf(circle.NorthernmostLatitude + Slack);
        for (var number = RowOf(circle.SouthernmostLatitude - Slack); number <= last; number++)
        {
            if (!rows.TryGetValue(number, out var row))
            {
                continue;
            }
            if (halfWidth >= 180)
            {
                foreach (var listing in row.Listings)
                {
                    yield return listing;
                }
                continue;
            }
            // The circle is also compared one turn to the west and to the east, for the date line.
            for (var turn = -360; turn <= 360; turn += 360)
            {
                for (var at = row.FirstFrom(west + turn); at < row.Listings.Length && row.Longitudes[at] <= east + turn; at++)
                {
                    yield return row.Listings[at];
                }
            }
        }
    }

    static Dictionary<int, Row> Rows(IReadOnlyList<GeoPoint> listings) =>
        Enumerable.Range(0, listings.Count)
            .Where(listing => listings[listing].IsGeocoded)
            .GroupBy(listing => RowOf(listings[listing].Latitude))
            .ToDictionary(row => row.Key, row =>
            {
                var sorted = row.OrderBy(listing => listings[listing].Longitude).ToArray();
                return new Row([.. sorted.Select(listing => listings[listing].Longitude)], sorted);
            });

    static int RowOf(double latitude) => (int)Math.Floor(latitude / RowDegrees);

    /// <summary>The listings of one band of latitude, from west to east.</summary>
    sealed record Row(double[] Longitudes, int[] Listings)
    {
        public int FirstFrom(double longitude)
        {
            int low = 0, high = Longitudes.Length;
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = Longitudes[middle] < longitude ? (middle + 1, high) : (low, middle);
            }
            return low;
        }
    }
}
