using System.Globalization;

namespace TwoStory.Simulators.Spark;

/// <summary>Cuts a $filter into tokens.</summary>
sealed class FilterLexer(string text)
{
    int at;

    public static IReadOnlyList<FilterToken> Tokens(string text)
    {
        var lexer = new FilterLexer(text);
        List<FilterToken> tokens = [];
        do
        {
            tokens.Add(lexer.Next());
        }
        while (tokens[^1].Kind != FilterTokenKind.End);

        return tokens;
    }

    FilterToken Next()
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }

        if (at == text.Length)
        {
            return new(FilterTokenKind.End, "", FilterValue.Null, at);
        }

        return text[at] switch
        {
            '(' => Single(FilterTokenKind.Open),
            ')' => Single(FilterTokenKind.Close),
            ',' => Single(FilterTokenKind.Comma),
            '\'' => Quoted(at),
            '-' => Numeric(),
            var first when char.IsAsciiDigit(first) => Numeric(),
            var first when char.IsAsciiLetter(first) || first == '_' => Word(),
            var other => throw new FilterException($"unexpected '{other}' at {at}"),
        };
    }

    FilterToken Single(FilterTokenKind kind) => new(kind, text[at].ToString(), FilterValue.Null, at++);

    FilterToken Quoted(int start)
    {
        var value = new System.Text.StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '\'')
            {
                value.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '\'')
            {
                value.Append('\'');
                at++;
            }
            else
            {
                at++;
                return new(FilterTokenKind.Literal, text[start..at], FilterValue.From(value.ToString()), start);
            }
        }

        throw new FilterException($"the string that begins at {start} has no end");
    }

    FilterToken Word()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '.'))
        {
            at++;
        }

        var word = text[start..at];
        if (word == "geography" && at < text.Length && text[at] == '\'')
        {
            var shape = Quoted(at);
            return shape with { Kind = FilterTokenKind.Geography, Text = shape.Value.Text!, Position = start };
        }

        return word switch
        {
            "null" => new(FilterTokenKind.Literal, word, FilterValue.Null, start),
            "true" => new(FilterTokenKind.Literal, word, FilterValue.From(true), start),
            "false" => new(FilterTokenKind.Literal, word, FilterValue.From(false), start),
            _ => new(FilterTokenKind.Word, word, FilterValue.Null, start),
        };
    }

    FilterToken Numeric()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '-' or '+' or '.' or ':'))
        {
            at++;
        }

        var literal = text[start..at];
        return new(FilterTokenKind.Literal, literal, Parsed(literal, start), start);
    }

    static FilterValue Parsed(string literal, int start)
    {
        if (double.TryParse(literal, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture, out var number))
        {
            return FilterValue.From(number);
        }

        if (DateOnly.TryParseExact(literal, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return FilterValue.From(date);
        }

        // The form demands the zone: without one a timestamp means nothing.
        return DateTimeOffset.TryParseExact(literal, ["yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-ddTHH:mmK"],
                CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            && (literal.EndsWith('Z') || literal.LastIndexOfAny(['+', '-']) > literal.IndexOf('T'))
                ? FilterValue.From(instant)
                : throw new FilterException($"'{literal}' at {start} is neither a number nor a date nor a timestamp");
    }
}

/// <summary>What a piece of a $filter is.</summary>
enum FilterTokenKind
{
    Word,
    Literal,
    Geography,
    Open,
    Close,
    Comma,
    End,
}

/// <summary>A piece of a $filter with its place in the text.</summary>
readonly record struct FilterToken(FilterTokenKind Kind, string Text, FilterValue Value, int Position);

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
