using Microsoft.OData;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;
using Microsoft.Spatial;

namespace TwoStory.Simulators.Spark;

/// <summary>
/// Parses a $filter with the OData library, an implementation that is independent of the client under test, and converts
/// the syntax tree to conditions. Constructs that Spark does not support are refused here.
/// </summary>
sealed class FilterParser
{
    static readonly EdmModel Model = new();
    static readonly EdmEntityType Property = new(PropertyFields.Namespace, "Property");
    static readonly EdmEntitySet Listings;

    int polygons;

    static FilterParser()
    {
        foreach (var field in PropertyFields.All)
        {
            Property.AddStructuralProperty(field.Name, EdmCoreModel.Instance.GetPrimitiveTypeKind(field.Edm["Edm.".Length..]));
        }

        var container = new EdmEntityContainer(PropertyFields.Namespace, "Default");
        Listings = container.AddEntitySet("Property", Property);
        Model.AddElements([Property, container]);
    }

    /// <exception cref="FilterException">The text is not a filter, or names a field that does not exist.</exception>
    public static ParsedFilter Parse(string text)
    {
        try
        {
            var options = new ODataQueryOptionParser(Model, Property, Listings, new Dictionary<string, string> { ["$filter"] = text });
            var clause = options.ParseFilter() ?? throw new FilterException("The filter is empty.");
            var parser = new FilterParser();
            return new(parser.Condition(clause.Expression), parser.polygons);
        }
        catch (ODataException error)
        {
            throw new FilterException(error.Message);
        }
    }

    FilterCondition Condition(QueryNode node) => node switch
    {
        ConvertNode convert => Condition(convert.Source),
        BinaryOperatorNode { OperatorKind: BinaryOperatorKind.And } and => new And([Condition(and.Left), Condition(and.Right)]),
        BinaryOperatorNode { OperatorKind: BinaryOperatorKind.Or } or => new Or([Condition(or.Left), Condition(or.Right)]),
        BinaryOperatorNode comparison => Compare(comparison),
        UnaryOperatorNode { OperatorKind: UnaryOperatorKind.Not } not => new Not(Condition(not.Operand)),
        InNode { Right: CollectionConstantNode list } inList => OneOf(FilterTerm.From(inList.Left), list),
        SingleValueFunctionCallNode { Name: "contains" } call => new Contains(Argument(call, 0), Argument(call, 1)),
        SingleValueFunctionCallNode { Name: "geo.intersects" } call => Within(call),
        _ => throw new FilterException($"{node.Kind} is not supported as a condition."),
    };

    static Comparison Compare(BinaryOperatorNode node)
    {
        var (left, right) = (FilterTerm.From(node.Left), FilterTerm.From(node.Right));
        RequireComparable(left.Type, right.Type);
        return node.OperatorKind <= BinaryOperatorKind.LessThanOrEqual
            ? new(left, node.OperatorKind, right)
            : throw new FilterException($"The operator {node.OperatorKind} is not supported.");
    }

    static OneOf OneOf(FilterTerm term, CollectionConstantNode list)
    {
        // The library converts '3' to a number; Spark does not.
        var quoted = list.LiteralText.Contains('\'');
        if (list.Collection.Count == 0 || quoted != (term.Type == FilterType.Text))
        {
            throw new FilterException($"The list {list.LiteralText} is empty or has values of another type than the field.");
        }

        var values = list.Collection.Select(value => FilterTerm.From(value).Constant!.Value).ToHashSet();
        foreach (var value in values)
        {
            RequireComparable(term.Type, value.Type);
        }

        return new(term, values);
    }

    Within Within(SingleValueFunctionCallNode call)
    {
        var arguments = call.Parameters.ToList();
        polygons++;
        return Argument(call, 0).Field is { Type: FilterType.Place } && arguments[1] is ConstantNode { Value: GeographyPolygon polygon }
            ? new(GeoPolygon.From(polygon))
            : throw new FilterException("geo.intersects takes the field Location and a polygon.");
    }

    static FilterTerm Argument(SingleValueFunctionCallNode call, int index) => FilterTerm.From(call.Parameters.ElementAt(index));

    static void RequireComparable(FilterType left, FilterType right)
    {
        if ((left != right && left != FilterType.Null && right != FilterType.Null) || left == FilterType.Place || right == FilterType.Place)
        {
            throw new FilterException($"A {left} cannot be compared with a {right}.");
        }
    }
}

/// <summary>A $filter that was parsed.</summary>
sealed record ParsedFilter(FilterCondition Condition, int Polygons);

/// <summary>A query option that the server refuses with 400.</summary>
sealed class FilterException(string message) : Exception(message);
