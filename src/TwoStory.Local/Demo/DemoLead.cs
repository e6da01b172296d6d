using TwoStory.Core.Leads;
using TwoStory.Core.Providers;
using TwoStory.Simulators.World;

namespace TwoStory.Local.Demo;

/// <summary>A made-up past client in one of the simulated homes; the same home always has the same one.</summary>
static class DemoLead
{
    static readonly string[] FirstNames =
    [
        "Alma", "Ben", "Carla", "Dev", "Erin", "Felix", "Grace", "Hugo", "Ines", "Jamal", "Kira", "Leo", "Mona", "Nate", "Olga", "Pete", "Quinn", "Rosa", "Sam",
    ];

    static readonly string[] LastNames =
    [
        "Abbott", "Bauer", "Castillo", "Dunn", "Ellis", "Fontaine", "Garza", "Huang", "Ito", "Jensen", "Kowalski", "Lindqvist", "Moreno", "Novak", "Okafor",
        "Petrov", "Quigley", "Reyes", "Sato", "Tran", "Ueda", "Vargas", "Whitman",
    ];

    const int KnownForDays = 30;

    /// <param name="home">Where the lead lives.</param>
    /// <param name="number">Which lead it is, from 0.</param>
    /// <param name="today">The demo's local date.</param>
    public static NewLead From(Home home, int number, DateOnly today)
    {
        var (first, last) = (FirstNames[number % FirstNames.Length], LastNames[number % LastNames.Length]);
        return new NewLead
        {
            Name = $"{first} {last}",
            Email = $"{first}.{last}.{number}@clients.example".ToLowerInvariant(),
            Phone = $"206-555-{100 + (number % 100):0000}",
            Address = new Address(home.Address.Street, home.Address.Unit, home.Address.City, home.Address.State, home.Address.PostalCode),
            Latitude = home.Point.Latitude,
            Longitude = home.Point.Longitude,
            PropertyType = home.Type switch { HomeType.Condo => "Condo", HomeType.Townhouse => "Townhouse", _ => "Single Family" },
            Bedrooms = home.Bedrooms,
            Bathrooms = home.Bathrooms,
            SquareFeet = home.SquareFeet,
            Temperature = (Temperature)(number % 3),
            RadiusMiles = number % 7 == 0 ? 0.5m : null,
            AlertsSince = today.AddDays(-KnownForDays),
        };
    }
}
