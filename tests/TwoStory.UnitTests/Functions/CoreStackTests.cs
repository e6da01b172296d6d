using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TwoStory.Tests.Functions;

/// <summary>Core is a stack of folders, and each uses only the folders before it. References are resolved by the compiler, not by name.</summary>
public sealed class CoreStackTests
{
    const string Root = "TwoStory.Core";

    static readonly string[] Stack =
        ["Data", "Accounts", "Upstreams", "Providers", "Email", "Leads", "Alerts", "Jobs", "NearbySales", "Valuations", "Reports"];

    static readonly Lazy<IReadOnlyList<Reference>> References = new(() => Read(Sources()));

    /// <param name="From">The folder of the file.</param>
    /// <param name="To">The folder of the type that it uses.</param>
    sealed record Reference(string From, string To, string File, string Type);

    [Fact]
    public void No_folder_uses_a_later_one() => Assert.Empty(Backward(References.Value));

    [Fact]
    public void Folders_form_no_cycle() => Assert.Empty(Cyclic(References.Value));

    [Fact]
    public void Every_folder_has_its_place_in_the_stack()
    {
        var folders = Directory.GetDirectories(Repository.PathOf("src/TwoStory.Core")).Select(path => Path.GetFileName(path)!)
            .Where(name => name is not ("bin" or "obj"));

        Assert.Equal(Stack.Order(), folders.Order());
    }

    [Fact]
    public void A_reference_to_a_later_folder_is_found()
    {
        var wrong = ("Data/Wrong.cs", "namespace TwoStory.Core.Data; static class Wrong { public static object Read(Accounts.Caller caller) => caller.Role; }");

        Assert.Contains(Backward(Read([.. Sources(), wrong])), line => line.Contains("Data/Wrong.cs", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_providers_that_use_each_other_are_a_cycle()
    {
        (string, string)[] wrong =
        [
            ("Providers/One/A.cs", "namespace TwoStory.Core.Providers.One; static class A { public static int Value => Two.B.Value; }"),
            ("Providers/Two/B.cs", "namespace TwoStory.Core.Providers.Two; static class B { public static int Value => One.A.Value; }"),
        ];

        Assert.Equal(2, Cyclic(Read(wrong)).Count);
    }

    static List<string> Backward(IEnumerable<Reference> references) =>
        [.. references.Where(reference => Rank(reference.To) > Rank(reference.From)).Select(Describe).Distinct().Order()];

    // A reference is part of a cycle if its target reaches its source.
    static List<string> Cyclic(IReadOnlyList<Reference> references)
    {
        var uses = references.ToLookup(reference => reference.From, reference => reference.To);
        return [.. references.Where(reference => Reaches(uses, reference.To, reference.From, [])).Select(Describe).Distinct().Order()];
    }

    static bool Reaches(ILookup<string, string> uses, string from, string to, HashSet<string> visited) =>
        from == to || (visited.Add(from) && uses[from].Any(next => Reaches(uses, next, to, visited)));

    static string Describe(Reference reference) => $"{reference.File} uses {reference.Type}";

    static int Rank(string folder) => Array.IndexOf(Stack, folder.Split('/')[0]);

    static List<Reference> Read(IEnumerable<(string File, string Text)> sources)
    {
        var trees = sources.Select(source => CSharpSyntaxTree.ParseText(source.Text, path: source.File)).ToList();
        var usings = CSharpSyntaxTree.ParseText(
            "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http;"
            + "global using System.Threading; global using System.Threading.Tasks;");
        var libraries = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("TwoStory.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(Root, [usings, .. trees], libraries, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        return [.. trees.Where(tree => tree.FilePath != "CoreSetup.cs").SelectMany(tree => Read(compilation.GetSemanticModel(tree), tree))];
    }

    static IEnumerable<Reference> Read(SemanticModel model, SyntaxTree tree)
    {
        var source = Path.GetDirectoryName(tree.FilePath)!.Replace('\\', '/') is var folder && folder.StartsWith("Providers/", StringComparison.Ordinal)
            ? folder : folder.Split('/')[0];
        return from name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
               let symbol = model.GetSymbolInfo(name).Symbol
               let type = symbol as INamedTypeSymbol ?? symbol?.ContainingType
               where type is not null && FolderOf(type) is { } to && to != source
               select new Reference(source, FolderOf(type)!, tree.FilePath, type.Name);
    }

    /// <returns>Null for a type of the root namespace or of another assembly.</returns>
    static string? FolderOf(INamedTypeSymbol type)
    {
        var space = type.ContainingNamespace?.ToDisplayString() ?? "";
        if (type.Locations.All(location => !location.IsInSource) || !space.StartsWith($"{Root}.", StringComparison.Ordinal)) return null;
        var parts = space[(Root.Length + 1)..].Split('.');
        return parts[0] == "Providers" ? string.Join('/', parts) : parts[0];
    }

    static IEnumerable<(string File, string Text)> Sources()
    {
        var root = Repository.PathOf("src/TwoStory.Core");
        return from path in Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories)
               let file = Path.GetRelativePath(root, path).Replace('\\', '/')
               where !file.StartsWith("obj/", StringComparison.Ordinal) && !file.StartsWith("bin/", StringComparison.Ordinal)
               select (file, File.ReadAllText(path));
    }
}
