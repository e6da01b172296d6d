using System.Text.Json;
using System.Text.RegularExpressions;

namespace TwoStory.Tests.Functions;

/// <summary>A setting that is read is in the example, and one that Azure sets is read.</summary>
public sealed partial class SettingsTests
{
    static readonly HashSet<string> Example =
        [.. JsonDocument.Parse(Repository.Read("local.settings.example.json")).RootElement.GetProperty("Values").EnumerateObject().Select(setting => setting.Name)];

    // Read by the platform or by Azure's own libraries.
    static readonly HashSet<string> Foreign = ["AzureWebJobsStorage__accountName", "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId", "AZURE_CLIENT_ID", "AZURE_TOKEN_CREDENTIALS"];

    [Fact]
    public void Every_setting_that_is_read_by_name_is_in_the_example()
    {
        var sources = Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("TwoStory.Local", StringComparison.Ordinal) && !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText)
            .Append(Repository.Read("src/TwoStory.Functions/host.json"));

        var read = sources.SelectMany(source => Read().Matches(source)).Select(match => match.Groups["name"].Value).Distinct().ToList();

        Assert.Contains("DATABASE_URL", read);
        Assert.Contains("NearbySalesTimer", read);
        Assert.Empty(read.Except(Example));
    }

    [Fact]
    public void Every_setting_of_the_template_is_in_the_example()
    {
        var template = Repository.Read("infra/modules/app.bicep");
        var settings = Template().Match(template).Groups["settings"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Name().Match(line).Groups[1].Value).Where(name => name.Length > 0).ToList();

        Assert.Contains("DATABASE_URL", settings);
        Assert.Empty(settings.Except(Example).Except(Foreign));
    }

    [Fact]
    public void Timers_are_set_in_the_template_too() =>
        Assert.All(Example.Where(name => name.EndsWith("Timer", StringComparison.Ordinal) && !name.Contains("__", StringComparison.Ordinal)), name => Assert.Contains($"{name}:", Repository.Read("infra/modules/app.bicep"), StringComparison.Ordinal));

    [GeneratedRegex("""(?:(?:configuration|settings)\[|Flag\(configuration, |KeySetting = |string Setting = )"(?<name>[A-Za-z_]+)"|"%(?<name>\w+)%"|configuration, "(?<name>[A-Z_]{6,})""")]
    private static partial Regex Read();

    // A longer value goes on in further lines, which are indented more.
    [GeneratedRegex(@"^ {4}(\w+):")]
    private static partial Regex Name();

    [GeneratedRegex(@"name: 'appsettings'\s+properties: \{\n(?<settings>[^}]*(?:\$\{[^}]*\}[^}]*)*)\n  \}")]
    private static partial Regex Template();
}
