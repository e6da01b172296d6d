using TwoStory.Simulators.World;

namespace TwoStory.Simulators.Spark;

/// <summary>A field of the Property resource.</summary>
/// <param name="Name">As in the RESO Data Dictionary.</param>
/// <param name="Type">What it is compared with.</param>
/// <param name="Edm">Its type in $metadata.</param>
/// <param name="Read">Its value for a sale, as of a moment.</param>
sealed record PropertyField(string Name, FilterType Type, string Edm, Func<ClosedSale, DateTimeOffset, FilterValue> Read)
{
    /// <summary>Whether rows carry it; Location can only be filtered by.</summary>
    public bool Listed => Type != FilterType.Place;
}
