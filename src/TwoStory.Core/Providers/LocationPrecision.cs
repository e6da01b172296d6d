namespace TwoStory.Core.Providers;

/// <summary>The precision of a home's point; stored in lowercase.</summary>
public enum LocationPrecision
{
    /// <summary>The location is not known.</summary>
    None,

    /// <summary>A postal code or a town: good for a map, never for a distance.</summary>
    Area,

    /// <summary>On its street, within a block.</summary>
    Street,

    /// <summary>The house.</summary>
    Rooftop,

    /// <summary>A person set the point.</summary>
    Manual,
}

public static class LocationPrecisions
{
    /// <summary>Whether distances can be measured from the point.</summary>
    public static bool IsPrecise(this LocationPrecision precision) => precision >= LocationPrecision.Street;
}
