namespace TwoStory.Core.Leads;

/// <summary>Which leads a list is to hold.</summary>
/// <param name="OwnerId">Whose; null for all that the caller sees.</param>
/// <param name="Text">Part of a name, e-mail address, phone number or address, in any case.</param>
public sealed record LeadFilter(Temperature? Temperature, Guid? OwnerId, string? Text);
