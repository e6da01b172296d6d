using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using TwoStory.Core;

namespace TwoStory.Api.Http;

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
