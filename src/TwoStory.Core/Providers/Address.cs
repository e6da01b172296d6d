namespace TwoStory.Core.Providers;

/// <summary>A postal address in the United States, as a person wrote it.</summary>
/// <param name="Street">House number and street.</param>
/// <param name="Unit">Apartment, suite or unit.</param>
/// <param name="State">Two letters or the name.</param>
/// <param name="PostalCode">ZIP or ZIP+4.</param>
public sealed record Address(string? Street, string? Unit, string? City, string? State, string? PostalCode);
