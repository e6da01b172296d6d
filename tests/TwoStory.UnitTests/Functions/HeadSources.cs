using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace TwoStory.Tests.Functions;

/// <summary>A function and its HTTP trigger, as the source has them.</summary>
sealed record HttpFunction(string Name, string Method, string Route, string Parameters, string Body);

/// <summary>The sources of the Azure head, which not every feed can build, read and compiled here.</summary>
static class HeadSources
{
    // What the SDK adds where ImplicitUsings is on.
    const string ImplicitUsings =
        """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    public static IReadOnlyList<SyntaxTree> Trees { get; } =
    [
        .. from path in Directory.EnumerateFiles(Repository.Head, "*.cs", SearchOption.AllDirectories)
           let relative = Path.GetRelativePath(Repository.Head, path)
           where !relative.StartsWith("obj", StringComparison.Ordinal) && !relative.StartsWith("bin", StringComparison.Ordinal)
           select CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllText(path)), Parsing, relative),
    ];

    /// <summary>Every function with an HTTP trigger; the one that takes all other paths too.</summary>
    public static IReadOnlyList<HttpFunction> HttpFunctions { get; } = [.. Trees.SelectMany(tree => tree.GetRoot().DescendantNodes()).OfType<MethodDeclarationSyntax>().SelectMany(Read)];

    /// <summary>The names of all functions.</summary>
    public static IReadOnlyList<string> FunctionNames { get; } =
        [.. Trees.SelectMany(tree => tree.GetRoot().DescendantNodes()).OfType<MethodDeclarationSyntax>().Select(NameOf).OfType<string>()];

    public static CSharpCompilation Compile(IEnumerable<SyntaxTree>? trees = null)
    {
        var usings = string.Concat(XDocument.Load(Path.Combine(Repository.Head, "TwoStory.Functions.csproj")).Descendants("Using")
            .Select(element => $"global using {element.Attribute("Include")!.Value};"));
        // Everything that this test process itself runs on: the framework, ASP.NET Core, Core, Api and the packages that are here.
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is not ("TwoStory.Tests.dll" or "TwoStory.Local.dll"))
            .Select(path => MetadataReference.CreateFromFile(path));
        return CSharpCompilation.Create(
            "TwoStory.Functions",
            (trees ?? Trees).Append(CSharpSyntaxTree.ParseText(ImplicitUsings + usings, Parsing, "usings")),
            references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
    }

    static IEnumerable<HttpFunction> Read(MethodDeclarationSyntax method)
    {
        var trigger = method.ParameterList.Parameters.SelectMany(parameter => Attributes(parameter.AttributeLists, "HttpTrigger")).FirstOrDefault();
        if (trigger is null) yield break;
        var arguments = trigger.ArgumentList!.Arguments;
        var route = Text(arguments.Single(argument => argument.NameEquals?.Name.Identifier.Text == "Route"));
        var parameters = string.Join(", ", method.ParameterList.Parameters.Select(parameter => $"{parameter.Type} {parameter.Identifier}"));
        foreach (var verb in arguments.Where(argument => argument.NameEquals is null && argument.Expression is LiteralExpressionSyntax))
        {
            yield return new HttpFunction(NameOf(method)!, Text(verb).ToUpperInvariant(), route, parameters, method.ExpressionBody?.Expression.ToString() ?? "");
        }
    }

    static string? NameOf(MethodDeclarationSyntax method) => Attributes(method.AttributeLists, "Function").FirstOrDefault()?.ArgumentList!.Arguments[0].Expression switch
    {
        null => null,
        LiteralExpressionSyntax literal => literal.Token.ValueText,
        // nameof(X)
        InvocationExpressionSyntax call => call.ArgumentList.Arguments[0].ToString(),
        var other => throw new InvalidOperationException($"A function's name is {other}."),
    };

    static IEnumerable<AttributeSyntax> Attributes(SyntaxList<AttributeListSyntax> lists, string name) =>
        lists.SelectMany(list => list.Attributes).Where(attribute => attribute.Name.ToString() == name);

    static string Text(AttributeArgumentSyntax argument) => ((LiteralExpressionSyntax)argument.Expression).Token.ValueText;
}
