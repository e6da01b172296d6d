namespace TwoStory.Simulators.World;

/// <summary>The parts of a sale that no source gives us: asking prices, agents, the hour of entry.</summary>
static class SaleTerms
{
    static readonly string[] Agents =
    [
        "Robin Sample", "Alex Placeholder", "Sam Specimen", "Jordan Madeup", "Casey Example", "Taylor Fictitious",
        "Morgan Imaginary", "Riley Pretend", "Jamie Invented", "Drew Mockingham",
    ];

    static readonly string[] Offices =
    [
        "Example Realty Group", "Placeholder Properties", "Sample & Sons Homes", "Fictional Estates", "Make Believe Brokers",
        "Specimen Street Realty",
    ];

    public static ClosedSale From(
        Home home, string listingKey, string listingId, DateOnly closed, decimal price, TimeZoneInfo zone, SeededRandom dice)
    {
        var asked = Thousands((double)price * dice.Between(0.95, 1.06));
        var firstAsked = dice.Unit() < 0.3 ? Thousands((double)asked * 1.03) : asked;
        var noon = closed.ToDateTime(new TimeOnly(12, 0)).AddMinutes(dice.Between(60, 540));
        var entered = new DateTimeOffset(noon, zone.GetUtcOffset(noon)).ToUniversalTime();
        return new(home, listingKey, listingId, closed, price, asked, firstAsked, dice.Between(4, 75),
            dice.Pick(Agents), dice.Pick(Offices), entered);
    }

    public static decimal Thousands(double dollars) => Math.Max(1000, Math.Round((decimal)dollars / 1000) * 1000);
}
