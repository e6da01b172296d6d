namespace TwoStory.Simulators.Spark;

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
