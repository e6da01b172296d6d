namespace TwoStory.Simulators.Spark;

/// <summary>A query option that the server refuses with 400.</summary>
sealed class FilterException(string message) : Exception(message);
