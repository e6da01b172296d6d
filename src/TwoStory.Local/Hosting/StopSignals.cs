using System.Runtime.InteropServices;

namespace TwoStory.Local.Hosting;

/// <summary>Makes Ctrl-C (SIGINT) stop this process even if its parent process ignores the signal.</summary>
/// <remarks>
/// A shell script starts a background job with SIGINT ignored, and a child inherits that. .NET leaves an ignored SIGINT ignored,
/// so a registered handler is never called and <c>kill -INT</c> does nothing. Call this before anything registers a handler.
/// </remarks>
static partial class StopSignals
{
    // The same numbers on Linux and macOS.
    const int Interrupt = 2;
    const nint Default = 0;

    public static void Enable()
    {
        if (!OperatingSystem.IsWindows()) Signal(Interrupt, Default);
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint handler);
}
