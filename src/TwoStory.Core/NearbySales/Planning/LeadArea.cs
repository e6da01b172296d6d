using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>The circle in which one monitored lead wants to hear of sales.</summary>
public sealed record LeadArea(GeoPoint Centre, double RadiusMiles);
