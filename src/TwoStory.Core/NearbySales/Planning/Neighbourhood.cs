using NetTopologySuite.Geometries;
using NetTopologySuite.Index.Strtree;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>The nearest few others of each shape, both ways round.</summary>
static class Neighbourhood
{
    const int Nearest = 8;

    public static HashSet<int>[] Of(List<(int At, Envelope Envelope)> shapes, int places)
    {
        var neighbours = Enumerable.Range(0, places).Select(_ => new HashSet<int>()).ToArray();
        var tree = new STRtree<int>();
        foreach (var (at, envelope) in shapes)
        {
            tree.Insert(envelope, at);
        }
        var distance = new EnvelopeDistance();
        foreach (var (at, envelope) in shapes.Where(_ => shapes.Count > 1))
        {
            foreach (var other in tree.NearestNeighbour(envelope, at, distance, Math.Min(shapes.Count, Nearest + 1)).Where(other => other != at))
            {
                neighbours[at].Add(other);
                neighbours[other].Add(at);
            }
        }
        return neighbours;
    }

    sealed class EnvelopeDistance : IItemDistance<Envelope, int>
    {
        public double Distance(IBoundable<Envelope, int> item1, IBoundable<Envelope, int> item2) => item1.Bounds.Distance(item2.Bounds);
    }
}
