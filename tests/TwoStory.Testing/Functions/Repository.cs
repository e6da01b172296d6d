namespace TwoStory.Tests.Functions;

/// <summary>The files of this checkout.</summary>
static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Host => PathOf("src/TwoStory.Functions");

    public static string PathOf(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    static string Find(string folder) => File.Exists(Path.Combine(folder, "TwoStory.sln"))
        ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests must run within the checkout."));
}
