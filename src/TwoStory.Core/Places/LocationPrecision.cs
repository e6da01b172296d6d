namespace TwoStory.Core.Places;

/// <summary>How well a point stands for a home.</summary>
public enum LocationPrecision
{
    /// <summary>Not placed.</summary>
    None,

    /// <summary>Somewhere in the postal code or town: too coarse to measure from.</summary>
    Area,

    /// <summary>On the right street.</summary>
    Street,

    /// <summary>The house.</summary>
    Rooftop,

    /// <summary>Put there by a person.</summary>
    Manual,
}

public static class LocationPrecisions
{
    /// <summary>Whether distances may be measured from it.</summary>
    public static bool IsPrecise(this LocationPrecision precision) => precision is LocationPrecision.Street or LocationPrecision.Rooftop or LocationPrecision.Manual;
}
