using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using TwoStory.Functions.Http;

namespace TwoStory.Tests.Functions;

/// <summary>A function and one verb of its HTTP trigger.</summary>
sealed record HttpFunction(string Name, string Method, string Route, AuthorizationLevel Level, Type Result);

/// <summary>The functions that the Azure host declares.</summary>
static class HostFunctions
{
    static readonly IReadOnlyList<MethodInfo> Methods =
        [.. typeof(FallbackFunctions).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null)];

    public static IReadOnlyList<string> Names { get; } = [.. Methods.Select(NameOf)];

    public static IReadOnlyList<HttpFunction> Http { get; } =
    [
        .. from method in Methods
           from parameter in method.GetParameters()
           where parameter.ParameterType == typeof(HttpRequest)
           let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
           from verb in trigger.Methods ?? []
           select new HttpFunction(NameOf(method), verb.ToUpperInvariant(), trigger.Route!, trigger.AuthLevel, method.ReturnType),
    ];

    static string NameOf(MethodInfo method) => method.GetCustomAttribute<FunctionAttribute>()!.Name;
}
