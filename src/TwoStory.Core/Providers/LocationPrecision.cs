namespace TwoStory.Core.Providers;

/// <summary>How well a point tells where a home is; stored in lowercase.</summary>
public enum LocationPrecision
{
    /// <summary>Nobody knows where it is.</summary>
    None,

    /// <summary>A postal code or a town: good for a map, never for a distance.</summary>
    Area,

    /// <summary>On its street, within a block.</summary>
    Street,

    /// <summary>The house itself.</summary>
    Rooftop,

    /// <summary>Somebody put the point there.</summary>
    Manual,
}

public static class LocationPrecisions
{
    /// <summary>Whether distances may be measured from it.</summary>
    public static bool IsPrecise(this LocationPrecision precision) => precision >= LocationPrecision.Street;
}
