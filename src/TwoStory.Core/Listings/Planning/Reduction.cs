using NetTopologySuite.Geometries;
using NetTopologySuite.Index.Strtree;

namespace TwoStory.Core.Listings.Planning;

/// <summary>
/// Makes the shapes of a plan ever cheaper to write, each time by the change that adds the least expected sales for a
/// character saved, and shows the shapes whenever they fit into one filter fewer.
/// </summary>
sealed class Reduction(IEnumerable<Shape> first, SalesField field, FilterSize size, GeoFilter filter)
{
    const int Neighbours = 8;

    // Several filters are seldom filled to the brim, and which share of them can be filled shows only in the packing.
    static readonly double[] OneFilter = [1], SeveralFilters = [0.995, 0.97];

    readonly List<Shape?> shapes = [.. first];
    readonly Joining joining = new(field, size, filter);
    readonly PriorityQueue<Change, double> changes = new();
    readonly List<HashSet<int>> neighbours = [];
    double total;

    /// <summary>Shapes that fit into ever fewer filters.</summary>
    public IEnumerable<IReadOnlyList<Shape>> Stages()
    {
        Start();
        var filters = Math.Max(1, (int)Math.Ceiling(total / size.Capacity));
        yield return Now();
        while (filters > 1)
        {
            filters = filters > 64 ? filters * 31 / 32 : filters - 1;
            foreach (var filled in filters == 1 ? OneFilter : SeveralFilters)
            {
                if (!ReduceTo(filters * size.Capacity * filled))
                {
                    yield break;
                }
                yield return Now();
            }
        }
    }

    IReadOnlyList<Shape> Now() => [.. shapes.OfType<Shape>()];

    void Start()
    {
        for (var at = 0; at < shapes.Count; at++)
        {
            // No filter holds a shape that is longer than a filter.
            while (size.Characters(shapes[at]!) > size.Capacity && Coarser(shapes[at]!) is { } coarser)
            {
                shapes[at] = coarser;
            }
        }
        total = shapes.Sum(shape => size.Of(shape!));
    }

    /// <summary>Offers every change there is; false when there is none.</summary>
    bool OfferAll()
    {
        var alive = Enumerable.Range(0, shapes.Count).Where(at => shapes[at] is not null).ToList();
        FindNeighbours(alive);
        foreach (var at in alive)
        {
            OfferCoarser(at);
            foreach (var other in neighbours[at].Where(other => other > at))
            {
                OfferJoined(at, other);
            }
        }
        return changes.Count > 0;
    }

    void FindNeighbours(List<int> alive)
    {
        var tree = new STRtree<int>();
        neighbours.Clear();
        neighbours.AddRange(shapes.Select(_ => new HashSet<int>()));
        foreach (var at in alive)
        {
            tree.Insert(shapes[at]!.Envelope, at);
        }
        var distance = new EnvelopeDistance();
        foreach (var at in alive.Where(_ => alive.Count > 1))
        {
            foreach (var other in tree.NearestNeighbour(shapes[at]!.Envelope, at, distance, Math.Min(alive.Count, Neighbours + 1)).Where(other => other != at))
            {
                neighbours[at].Add(other);
                neighbours[other].Add(at);
            }
        }
    }

    bool ReduceTo(double characters)
    {
        while (total > characters)
        {
            // Joined shapes drift away from their first neighbours, so what is offered runs out now and then.
            if (!changes.TryDequeue(out var change, out _))
            {
                if (!OfferAll())
                {
                    return false;
                }
            }
            else if (!IsCurrent(change))
            {
                Renew(change);
            }
            else if (change.Other < 0)
            {
                Replace(change.At, change.Result);
                OfferCoarser(change.At);
            }
            else if (change.IsChecked)
            {
                Join(change);
            }
            else
            {
                OfferJoined(change.At, change.Other, isChecked: true);
            }
        }
        return true;
    }

    bool IsCurrent(Change change) =>
        ReferenceEquals(shapes[change.At], change.From) && (change.Other < 0 || ReferenceEquals(shapes[change.Other], change.OtherFrom));

    /// <summary>Prices again what was offered for shapes that have changed since.</summary>
    void Renew(Change change)
    {
        if (change.Other >= 0 && shapes[change.At] is not null && shapes[change.Other] is not null)
        {
            OfferJoined(change.At, change.Other);
        }
    }

    void Replace(int at, Shape? result)
    {
        if (shapes[at] is { } before)
        {
            total -= size.Of(before);
        }
        if (result is not null)
        {
            total += size.Of(result);
        }
        shapes[at] = result;
    }

    void Join(Change change)
    {
        Replace(change.Other, null);
        Replace(change.At, change.Result);
        neighbours[change.At].UnionWith(neighbours[change.Other]);
        neighbours[change.At].RemoveWhere(other => other == change.At || shapes[other] is null);
        neighbours[change.Other].Clear();
        OfferCoarser(change.At);
        foreach (var other in neighbours[change.At])
        {
            neighbours[other].Remove(change.Other);
            neighbours[other].Add(change.At);
            OfferJoined(change.At, other);
        }
    }

    Shape? Coarser(Shape shape) => filter == GeoFilter.BoundingBox ? null : Coarsening.Next(shape, field);

    void OfferCoarser(int at)
    {
        var shape = shapes[at]!;
        if (Coarser(shape) is { } coarser && size.Of(shape) - size.Of(coarser) is > 0 and var saved)
        {
            changes.Enqueue(new(at, shape, -1, null, coarser, true), (coarser.Sales - shape.Sales) / saved);
        }
    }

    void OfferJoined(int at, int other, bool isChecked = false)
    {
        Shape one = shapes[at]!, two = shapes[other]!;
        var joined = joining.Of(one, two, isChecked);
        if (joining.Price(joined, one, two) is < double.PositiveInfinity and var price && size.Characters(joined) <= size.Capacity)
        {
            changes.Enqueue(new(at, one, other, two, joined, isChecked), price);
        }
    }

    readonly record struct Change(int At, Shape From, int Other, Shape? OtherFrom, Shape Result, bool IsChecked);

    sealed class EnvelopeDistance : IItemDistance<Envelope, int>
    {
        public double Distance(IBoundable<Envelope, int> item1, IBoundable<Envelope, int> item2) =>
            item1.Bounds.Distance(item2.Bounds);
    }
}
