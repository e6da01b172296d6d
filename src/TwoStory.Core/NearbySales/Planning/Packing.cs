namespace TwoStory.Core.NearbySales.Planning;

/// <summary>Puts written areas into as few filters as they fit in.</summary>
static class Packing
{
    public static List<List<T>> Into<T>(IEnumerable<T> items, Func<T, double> sizeOf, double capacity, int mostItems)
    {
        var full = new List<List<T>>();
        var open = new List<(List<T> Items, double Left)>();
        foreach (var (item, size) in items.Select(item => (Item: item, Size: sizeOf(item))).OrderByDescending(item => item.Size))
        {
            var at = open.FindIndex(filter => filter.Left >= size);
            var (content, left) = at < 0 ? ([], capacity) : open[at];
            content.Add(item);
            if (at >= 0)
            {
                open[at] = (content, left - size);
            }
            else
            {
                at = open.Count;
                open.Add((content, left - size));
            }
            if (content.Count == mostItems)
            {
                full.Add(content);
                open.RemoveAt(at);
            }
        }
        return [.. full, .. open.Select(filter => filter.Items)];
    }
}
