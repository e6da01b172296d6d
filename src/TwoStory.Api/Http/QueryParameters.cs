using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using TwoStory.Core;

namespace TwoStory.Api.Http;

/// <summary>Parses enum members in query strings, with the same names as in bodies.</summary>
static class QueryEnum
{
    /// <exception cref="ValidationException">The text is not the name of a member. The message lists the names.</exception>
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

/// <summary>Refuses unknown query parameters. Otherwise a misspelled filter would return the whole list.</summary>
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
                else errors.AddIf(values.Count > 1, name, "must be given once.");
            }
            errors.ThrowIfAny();
            return next(context);
        };
    }
}
