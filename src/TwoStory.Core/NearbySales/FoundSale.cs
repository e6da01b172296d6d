using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.NearbySales;

/// <summary>A closed sale within a lead's radius, as a run found it.</summary>
/// <param name="DistanceMiles">Great-circle miles from the lead's home.</param>
/// <param name="ClosedFrom">The first close date that the run was looking for.</param>
/// <param name="ClosedTo">The last.</param>
sealed record FoundSale(Guid LeadId, Listing Listing, string SaleKey, double DistanceMiles, DateOnly ClosedFrom, DateOnly ClosedTo);
