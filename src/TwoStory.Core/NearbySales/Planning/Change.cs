namespace TwoStory.Core.NearbySales.Planning;

/// <summary>What could be done next: a coarser form of one shape, or one shape of two (of places in a list).</summary>
readonly record struct Change(int At, Shape From, int Other, Shape? OtherFrom, Shape? Result, Certainty Certainty);

/// <summary>How well a price is known; each step takes longer than the one before, and most changes never come that far.</summary>
enum Certainty
{
    Guessed,
    Priced,
    Checked,
}
