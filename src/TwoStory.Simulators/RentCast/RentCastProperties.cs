using System.Globalization;
using System.Text.Json.Nodes;
using TwoStory.Simulators.Control;
using TwoStory.Simulators.Geocoders;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.RentCast;

/// <summary>RentCast's property records: by address, zip code, city, or around a point.</summary>
sealed class RentCastProperties(SimulatedWorld world, AddressBook addresses, RentCastRecords records)
{
    public Reply One(string id) => addresses.Find(addresses.Read(id.Replace('-', ' '))) is { } home
        ? Reply.Json(200, records.Property(home))
        : RentCastErrors.NoData();

    public Reply Search(HttpRequest request)
    {
        var query = new RentCastQuery(request.Query);
        query.CheckPropertyType();
        var (limit, offset) = (query.Whole("limit", 1, 500) ?? 50, query.Whole("offset", 0, int.MaxValue) ?? 0);
        var found = Found(query).ToList();
        if (found.Count == 0)
        {
            return RentCastErrors.NoData();
        }

        var reply = Reply.Json(200, new JsonArray([.. found.Skip(offset).Take(limit).Select(records.Property)]));
        return query.Text("includeTotalCount") == "true"
            ? reply.With("X-Total-Count", found.Count.ToString(CultureInfo.InvariantCulture))
            : reply;
    }

    IEnumerable<Home> Found(RentCastQuery query)
    {
        if (query.Text("address") is { } address)
        {
            return addresses.Find(addresses.Read(address)) is { } home ? [home] : [];
        }

        if (query.Text("zipCode") is { } zip)
        {
            return world.AllHomes.Where(home => home.Address.PostalCode == zip);
        }

        if (query.Point() is { } point)
        {
            var miles = query.Number("radius", 0.01, 100) ?? 0.05;
            return world.AllHomes.Where(home => home.Point.MilesTo(point) <= miles);
        }

        return query.Text("city") is { } city && query.Text("state") is { } state
            ? world.AllHomes.Where(home => home.Address.City == city && home.Address.State == state)
            : throw new ParameterException(
                "The 'address', the 'zipCode', the 'city' and 'state' or the 'latitude' and 'longitude' parameters must be provided");
    }
}
