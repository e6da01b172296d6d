using System.Xml.Linq;

namespace TwoStory.Tests.Functions;

/// <summary>Heads stand on the API, the API on Core, and nothing points the other way.</summary>
public sealed class ArchitectureTests
{
    [Theory]
    [InlineData("TwoStory.Core", "")]
    [InlineData("TwoStory.Api", "TwoStory.Core")]
    [InlineData("TwoStory.Functions", "TwoStory.Api")]
    [InlineData("TwoStory.Local", "TwoStory.Api")]
    [InlineData("TwoStory.Migrate", "TwoStory.Core")]
    public void A_house_stands_only_on_the_one_below(string house, string below)
    {
        var references = Project(house).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));

        Assert.Equal(below.Split(',', StringSplitOptions.RemoveEmptyEntries), references);
    }

    [Fact]
    public void There_is_no_sixth_house() =>
        Assert.Equal(["TwoStory.Api", "TwoStory.Core", "TwoStory.Functions", "TwoStory.Local", "TwoStory.Migrate"], Directory.GetDirectories(Repository.PathOf("src")).Select(Path.GetFileName).Order());

    [Fact]
    public void Core_knows_neither_ASPNET_nor_Functions_and_of_Azure_only_the_vault()
    {
        Assert.Empty(Project("TwoStory.Core").Descendants("FrameworkReference"));
        Assert.DoesNotContain(typeof(global::TwoStory.Core.CoreSetup).Assembly.GetReferencedAssemblies(), IsForeign);
    }

    [Fact]
    public void The_api_knows_nothing_of_Azure() =>
        Assert.DoesNotContain(typeof(global::TwoStory.Api.ApiSetup).Assembly.GetReferencedAssemblies(), name => name.Name!.StartsWith("Azure.", StringComparison.Ordinal) || name.Name.Contains("Azure.Functions", StringComparison.Ordinal));

    static bool IsForeign(System.Reflection.AssemblyName name) =>
        name.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || (name.Name.StartsWith("Azure.", StringComparison.Ordinal) && name.Name is not ("Azure.Core" or "Azure.Identity" or "Azure.Security.KeyVault.Secrets")) || name.Name.StartsWith("Microsoft.Azure", StringComparison.Ordinal);

    static XDocument Project(string house) => XDocument.Load(Repository.PathOf($"src/{house}/{house}.csproj"));
}
