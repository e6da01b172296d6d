namespace TwoStory.Simulators.Spark;

/// <summary>The close dates that a condition can be true for; all others need not be looked at.</summary>
readonly record struct DayRange(DateOnly From, DateOnly To)
{
    public static readonly DayRange All = new(DateOnly.MinValue, DateOnly.MaxValue);

    public static readonly DayRange None = new(DateOnly.MaxValue, DateOnly.MinValue);

    public bool IsEmpty => From > To;

    public DayRange Both(DayRange other) => new(From > other.From ? From : other.From, To < other.To ? To : other.To);

    public DayRange Either(DayRange other) => IsEmpty ? other
        : other.IsEmpty ? this
        : new(From < other.From ? From : other.From, To > other.To ? To : other.To);
}
