namespace TwoStory.Simulators.Spark;

/// <summary>
/// Reads a $filter by recursive descent: or, and, not, parentheses, comparisons, in, contains, tolower, geo.intersects.
/// Words are written as OData writes them; another case is an error.
/// </summary>
sealed class FilterParser
{
    const int DeepestNesting = 100;
    static readonly HashSet<string> Operators = ["eq", "ne", "gt", "ge", "lt", "le"];

    readonly FilterCursor at;
    int depth;
    int polygons;

    FilterParser(string text) => at = new(FilterLexer.Tokens(text));

    /// <exception cref="FilterException">The text is not a filter, or names a field that there is not.</exception>
    public static ParsedFilter Parse(string text)
    {
        var parser = new FilterParser(text);
        var condition = parser.Disjunction();
        return parser.at.Current.Kind == FilterTokenKind.End ? new(condition, parser.polygons) : throw parser.at.Unexpected();
    }

    FilterCondition Disjunction()
    {
        if (++depth > DeepestNesting)
        {
            throw new FilterException($"the parentheses are nested deeper than {DeepestNesting}");
        }

        List<FilterCondition> conditions = [Conjunction()];
        while (at.TakeWord("or"))
        {
            conditions.Add(Conjunction());
        }

        depth--;
        return conditions.Count == 1 ? conditions[0] : new Or(conditions);
    }

    FilterCondition Conjunction()
    {
        List<FilterCondition> conditions = [Negation()];
        while (at.TakeWord("and"))
        {
            conditions.Add(Negation());
        }

        return conditions.Count == 1 ? conditions[0] : new And(conditions);
    }

    FilterCondition Negation()
    {
        var negated = false;
        while (at.TakeWord("not"))
        {
            negated = !negated;
        }

        return negated ? new Not(Condition()) : Condition();
    }

    FilterCondition Condition()
    {
        if (at.Take(FilterTokenKind.Open))
        {
            var inner = Disjunction();
            at.Expect(FilterTokenKind.Close);
            return inner;
        }

        return at.Current.Text switch
        {
            "contains" when at.Current.Kind == FilterTokenKind.Word => ContainsCall(),
            "geo.intersects" when at.Current.Kind == FilterTokenKind.Word => IntersectsCall(),
            _ => Compared(),
        };
    }

    FilterCondition Compared()
    {
        var left = FilterTerms.Read(at);
        if (at.TakeWord("in"))
        {
            return Listed(left);
        }

        if (at.Current.Kind != FilterTokenKind.Word || !Operators.Contains(at.Current.Text))
        {
            throw at.Unexpected();
        }

        var name = at.Current.Text;
        at.Advance();
        var right = FilterTerms.Read(at);
        FilterTerms.RequireComparable(left.Type, right.Type);
        return new Comparison(left, name, right);
    }

    OneOf Listed(FilterTerm term)
    {
        at.Expect(FilterTokenKind.Open);
        HashSet<FilterValue> values = [];
        do
        {
            var value = FilterTerms.Read(at).Constant ?? throw at.Unexpected();
            FilterTerms.RequireComparable(term.Type, value.Type);
            values.Add(value);
        }
        while (at.Take(FilterTokenKind.Comma));

        at.Expect(FilterTokenKind.Close);
        return new(term, values);
    }

    Contains ContainsCall()
    {
        at.Advance();
        at.Expect(FilterTokenKind.Open);
        var text = FilterTerms.Read(at);
        at.Expect(FilterTokenKind.Comma);
        var part = FilterTerms.Read(at);
        at.Expect(FilterTokenKind.Close);
        FilterTerms.RequireComparable(text.Type, FilterType.Text);
        FilterTerms.RequireComparable(part.Type, FilterType.Text);
        return new(text, part);
    }

    Within IntersectsCall()
    {
        at.Advance();
        at.Expect(FilterTokenKind.Open);
        if (FilterTerms.Read(at).Field is not { Type: FilterType.Place })
        {
            throw new FilterException("geo.intersects takes the field Location first");
        }

        at.Expect(FilterTokenKind.Comma);
        var shape = at.Current;
        at.Expect(FilterTokenKind.Geography);
        at.Expect(FilterTokenKind.Close);
        polygons++;
        return new(GeoPolygon.Parse(shape.Text));
    }
}

/// <summary>A $filter that was understood.</summary>
sealed record ParsedFilter(FilterCondition Condition, int Polygons);

/// <summary>A query option that the server refuses with 400.</summary>
sealed class FilterException(string message) : Exception(message);
