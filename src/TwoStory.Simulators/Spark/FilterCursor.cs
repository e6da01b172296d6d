namespace TwoStory.Simulators.Spark;

/// <summary>Walks over the tokens of a $filter.</summary>
sealed class FilterCursor(IReadOnlyList<FilterToken> tokens)
{
    int at;

    public FilterToken Current => tokens[at];

    public void Advance() => at++;

    public bool TakeWord(string word) => Current.Kind == FilterTokenKind.Word && Current.Text == word && Take(FilterTokenKind.Word);

    public bool Take(FilterTokenKind kind)
    {
        if (Current.Kind != kind)
        {
            return false;
        }

        Advance();
        return true;
    }

    public void Expect(FilterTokenKind kind)
    {
        if (!Take(kind))
        {
            throw Unexpected();
        }
    }

    public FilterException Unexpected() => Current.Kind == FilterTokenKind.End
        ? new("the filter ends too early")
        : new($"unexpected '{Current.Text}' at {Current.Position}");
}
