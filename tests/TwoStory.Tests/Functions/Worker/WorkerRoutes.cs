using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace TwoStory.Tests.Functions.Worker;

/// <summary>The real host's rule: functions in the order of their names, and the first whose route and method match takes the request.</summary>
sealed class WorkerRoutes(IEnumerable<FunctionMetadata> functions, IInlineConstraintResolver constraints)
{
    readonly List<HttpRoute> routes = [.. functions.OrderBy(function => function.Name, StringComparer.Ordinal).SelectMany(function => Read(function, constraints))];

    /// <returns>Null when the host itself answers, with a bare 404.</returns>
    public RoutedFunction? Find(HttpContext context)
    {
        foreach (var route in routes.Where(route => route.Methods.Contains(context.Request.Method, StringComparer.OrdinalIgnoreCase)))
        {
            var values = new RouteValueDictionary();
            if (route.Matcher.TryMatch(context.Request.Path, values) && route.Constraints.All(constraint => IsSatisfied(constraint, values, context))) return new RoutedFunction(route.Function, route.Parameter, values);
        }
        return null;
    }

    static bool IsSatisfied((string Key, IRouteConstraint Constraint) rule, RouteValueDictionary values, HttpContext context) =>
        rule.Constraint.Match(context, null, rule.Key, values, RouteDirection.IncomingRequest);

    static IEnumerable<HttpRoute> Read(FunctionMetadata function, IInlineConstraintResolver constraints)
    {
        foreach (var binding in function.RawBindings.Select(text => JsonElement.Parse(text)).Where(binding => TextOf(binding, "type") == "httpTrigger"))
        {
            var template = TemplateParser.Parse($"api/{TextOf(binding, "route")}");
            yield return new HttpRoute(
                function, TextOf(binding, "name"), [.. binding.GetProperty("methods").EnumerateArray().Select(method => method.GetString()!)],
                new TemplateMatcher(template, []),
                [.. template.Parameters.SelectMany(parameter => parameter.InlineConstraints.Select(inline => (parameter.Name!, constraints.ResolveConstraint(inline.Constraint)!)))]);
        }
    }

    static string TextOf(JsonElement binding, string name) => binding.GetProperty(name).GetString()!;

    sealed record HttpRoute(
        FunctionMetadata Function, string Parameter, IReadOnlyList<string> Methods, TemplateMatcher Matcher, IReadOnlyList<(string Key, IRouteConstraint Constraint)> Constraints);
}

/// <param name="Parameter">Which parameter takes the request.</param>
sealed record RoutedFunction(FunctionMetadata Function, string Parameter, RouteValueDictionary Values);
