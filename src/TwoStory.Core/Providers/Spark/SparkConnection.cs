namespace TwoStory.Core.Providers.Spark;

/// <summary>What a test of credentials showed.</summary>
/// <param name="Credentials">Those to store: testing a refresh token uses it up and brings the next.</param>
/// <param name="BaseUrl">The one that works; a replication key has a host of its own.</param>
/// <param name="PageSize">Rows a page may have.</param>
/// <param name="PageSizeKnown">False when too few listings were there to tell, and the least is assumed.</param>
public sealed record SparkConnection(SparkCredentials Credentials, Uri BaseUrl, int PageSize, bool PageSizeKnown);
