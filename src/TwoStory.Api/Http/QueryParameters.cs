using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using TwoStory.Core;

namespace TwoStory.Api.Http;

/// <summary>Enum members in query strings, spelled as in bodies.</summary>
static class QueryEnum
{
    /// <exception cref="ValidationException">The text names no member; the message lists them.</exception>
    public static T? Parse<T>(string name, string? text) where T : struct, Enum
    {
        if (text is null) return null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (WireName.From(value) == text) return value;
        }
        throw new ValidationException(name, $"must be one of {string.Join(", ", Enum.GetValues<T>().Select(WireName.From))}.");
    }
}

/// <summary>Refuses query parameters that a route does not know: a misspelt filter must not answer the whole list.</summary>
static class UnknownQueryFilter
{
    public static EndpointFilterDelegate Refuse(EndpointFilterFactoryContext factory, EndpointFilterDelegate next)
    {
        var known = factory.MethodInfo.GetParameters()
            .Where(parameter => parameter.GetCustomAttribute<FromQueryAttribute>() is not null)
            .Select(parameter => parameter.Name!)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return context =>
        {
            var errors = new FieldErrors();
            foreach (var (name, values) in context.HttpContext.Request.Query)
            {
                if (!known.Contains(name)) errors.Add(name, "is not a known query parameter.");
                else errors.AddIf(values.Count > 1, name, "is given twice.");
            }
            errors.ThrowIfAny();
            return next(context);
        };
    }
}
