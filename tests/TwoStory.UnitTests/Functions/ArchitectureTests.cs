using System.Xml.Linq;

namespace TwoStory.Tests.Functions;

/// <summary>Hosts reference the API, the API references Core, and no reference points the other way.</summary>
public sealed class ArchitectureTests
{
    [Theory]
    [InlineData("TwoStory.Core", "")]
    [InlineData("TwoStory.Api", "TwoStory.Core")]
    [InlineData("TwoStory.Functions", "TwoStory.Api")]
    [InlineData("TwoStory.Local", "TwoStory.Api,TwoStory.Simulators")]
    [InlineData("TwoStory.Simulators", "TwoStory.Core")]
    [InlineData("TwoStory.Migrate", "TwoStory.Core")]
    public void A_project_references_only_those_of_the_design(string project, string expected)
    {
        var references = Project(project).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));

        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries), references);
    }

    [Fact]
    public void There_is_no_project_besides_those_of_the_design() =>
        Assert.Equal(
            ["TwoStory.Api", "TwoStory.Core", "TwoStory.Functions", "TwoStory.Local", "TwoStory.Migrate", "TwoStory.Simulators"],
            Directory.GetDirectories(Repository.PathOf("src")).Select(Path.GetFileName).Order());

    [Fact]
    public void Core_references_neither_ASPNET_nor_Functions_and_of_Azure_only_the_vault_and_sign_in()
    {
        Assert.Empty(Project("TwoStory.Core").Descendants("FrameworkReference"));
        Assert.DoesNotContain(typeof(global::TwoStory.Core.CoreSetup).Assembly.GetReferencedAssemblies(), IsForeign);
    }

    [Fact]
    public void The_api_references_nothing_of_Azure() =>
        Assert.DoesNotContain(typeof(global::TwoStory.Api.ApiSetup).Assembly.GetReferencedAssemblies(), name => name.Name!.StartsWith("Azure.", StringComparison.Ordinal) || name.Name.Contains("Azure.Functions", StringComparison.Ordinal));

    static bool IsForeign(System.Reflection.AssemblyName name) =>
        name.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || (name.Name.StartsWith("Azure.", StringComparison.Ordinal) && name.Name is not ("Azure.Core" or "Azure.Identity" or "Azure.Security.KeyVault.Secrets")) || name.Name.StartsWith("Microsoft.Azure", StringComparison.Ordinal);

    static XDocument Project(string project) => XDocument.Load(Repository.PathOf($"src/{project}/{project}.csproj"));
}
