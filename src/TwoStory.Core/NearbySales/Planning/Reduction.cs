using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>
/// Makes the shapes of a plan ever cheaper to write, each time by the change that adds the least expected sales for a
/// character saved, and shows the shapes whenever they fit into one filter fewer.
/// </summary>
sealed class Reduction(IEnumerable<Shape> first, SalesField field, FilterSize size, GeoFilter filter)
{
    // Several filters are seldom filled to the brim, and which share of them can be filled shows only in the packing.
    static readonly double[] OneFilter = [1], SeveralFilters = [0.995, 0.97];

    readonly List<Shape?> shapes = [];
    readonly Joining joining = new(field, size, filter);
    readonly PriorityQueue<Change, double> changes = new();
    HashSet<int>[] neighbours = [];
    double total, offeredAt = double.NaN;

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
        shapes.AddRange(first.SelectMany(Fitting));
        total = shapes.Sum(shape => size.Of(shape!));
    }

    /// <summary>No filter holds a shape that is longer than a filter: it is made coarser, and cut where that does not help.</summary>
    IEnumerable<Shape> Fitting(Shape shape)
    {
        while (size.Characters(shape) > size.Capacity)
        {
            if (Coarser(shape) is not { } coarser)
            {
                return Cutting.InTwo(shape.Polygon).SelectMany(part => Fitting(Shape.Of(part, field)));
            }
            shape = coarser;
        }
        return [shape];
    }

    /// <summary>Offers every change there is.</summary>
    void OfferAll()
    {
        offeredAt = total;
        var alive = Enumerable.Range(0, shapes.Count).Where(at => shapes[at] is not null).ToList();
        neighbours = Neighbourhood.Of(alive.ConvertAll(at => (at, shapes[at]!.Envelope)), shapes.Count);
        foreach (var at in alive)
        {
            OfferCoarser(at);
            foreach (var other in neighbours[at].Where(other => other > at))
            {
                OfferJoined(at, other);
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
                if (offeredAt == total)
                {
                    return false;
                }
                OfferAll();
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
            else if (change.Certainty == Certainty.Checked)
            {
                Join(change);
            }
            else
            {
                OfferJoined(change.At, change.Other, change.Certainty + 1);
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
            changes.Enqueue(new(at, shape, -1, null, coarser, Certainty.Checked), (coarser.Sales - shape.Sales) / saved);
        }
    }

    void OfferJoined(int at, int other, Certainty certainty = Certainty.Guessed)
    {
        Shape one = shapes[at]!, two = shapes[other]!;
        if (certainty == Certainty.Guessed && joining.Guess(one, two) is > 0 and var guess)
        {
            changes.Enqueue(new(at, one, other, two, null, certainty), guess);
            return;
        }
        var joined = joining.Of(one, two, certainty == Certainty.Checked);
        if (joining.Price(joined, one, two) is < double.PositiveInfinity and var price && size.Characters(joined) <= size.Capacity)
        {
            changes.Enqueue(new(at, one, other, two, joined, certainty == Certainty.Checked ? certainty : Certainty.Priced), price);
        }
    }
}
