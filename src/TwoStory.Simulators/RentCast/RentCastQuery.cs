using System.Globalization;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.RentCast;

/// <summary>Reads RentCast's query parameters and refuses what RentCast refuses.</summary>
sealed class RentCastQuery(IQueryCollection query)
{
    static readonly string[] Types =
        ["Single Family", "Condo", "Townhouse", "Manufactured", "Multi-Family", "Apartment", "Land"];

    public string? Text(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    public double? Number(string name, double low, double high)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= low && number <= high
            ? number
            : throw new ParameterException(string.Create(CultureInfo.InvariantCulture,
                $"The '{name}' parameter must be a number from {low} to {high}"));
    }

    public int? Whole(string name, int low, int high) => Number(name, low, high) is not { } number ? null
        : number == Math.Floor(number) ? (int)number
        : throw new ParameterException($"The '{name}' parameter must be a whole number");

    public WorldPoint? Point() => (Number("latitude", -90, 90), Number("longitude", -180, 180)) switch
    {
        ({ } latitude, { } longitude) => new WorldPoint(latitude, longitude),
        (null, null) => null,
        _ => throw new ParameterException("The 'latitude' and 'longitude' parameters must be provided together"),
    };

    public void CheckPropertyType()
    {
        if (Text("propertyType") is { } type && !Types.Contains(type))
        {
            throw new ParameterException($"The 'propertyType' parameter must be one of: {string.Join(", ", Types)}");
        }
    }
}
