using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Tests.Listings.Planning;

public sealed class ConcentricCirclesTests
{
    [Theory]
    [InlineData(2, 3)]
    [InlineData(0.5, 1)]
    [InlineData(0.25, 50)]
    [InlineData(1, 1.0001)]
    public void Leads_of_one_home_with_different_radii_are_all_covered(double small, double large)
    {
        foreach (var filter in Enum.GetValues<GeoFilter>())
        {
            var home = new GeoPoint(47.6, -122.3);
            foreach (var leads in new[] { new LeadArea[] { new(home, small), new(home, large) }, [new(home, large), new(home, small)] })
            {
                var areas = AreaPlanner.Plan(leads, new PlanOptions { Filter = filter }, SalesDensity.Unknown).SelectMany(query => query.Areas).ToList();
                var edge = Enumerable.Range(0, 72).Select(step => new GeoCircle(home, large).At(step * Math.PI / 36, large));
                Assert.All(edge, point => Assert.Contains(areas, area => area.Contains(point)));
            }
        }
    }
}
