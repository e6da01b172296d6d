namespace TwoStory.Simulators.Spark;

/// <summary>Reads the sides of comparisons: fields, literals, tolower.</summary>
static class FilterTerms
{
    public static FilterTerm Read(FilterCursor at)
    {
        var token = at.Current;
        if (token.Kind == FilterTokenKind.Literal)
        {
            at.Advance();
            return FilterTerm.From(token.Value);
        }

        if (token.Kind != FilterTokenKind.Word)
        {
            throw at.Unexpected();
        }

        at.Advance();
        if (token.Text != "tolower")
        {
            return FilterTerm.From(PropertyFields.ByName.GetValueOrDefault(token.Text)
                ?? throw new FilterException($"unknown field '{token.Text}' at {token.Position}"));
        }

        at.Expect(FilterTokenKind.Open);
        var inner = Read(at);
        at.Expect(FilterTokenKind.Close);
        RequireComparable(inner.Type, FilterType.Text);
        return inner.Lowered();
    }

    public static void RequireComparable(FilterType left, FilterType right)
    {
        if ((left != right && left != FilterType.Null && right != FilterType.Null) || left == FilterType.Place || right == FilterType.Place)
        {
            throw new FilterException($"a {left} cannot be compared with a {right}");
        }
    }
}
