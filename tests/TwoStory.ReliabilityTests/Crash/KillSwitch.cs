using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Crash;

/// <summary>The kind of system that a process waits for.</summary>
enum StepKind
{
    Database,
    Upstream,
}

/// <summary>The moment of a process's death.</summary>
/// <param name="Number">Which of its steps of that kind, from 1.</param>
/// <param name="Answered">True: the step was executed and its response is pending. False: it was requested and not executed.</param>
sealed record KillPoint(StepKind Kind, int Number, bool Answered);

/// <summary>Counts the steps of one process, and kills it at the one that was chosen.</summary>
sealed class KillSwitch(KillPoint? point)
{
    int database;
    int upstream;
    HostProcess? victim;

    public int DatabaseSteps => database;

    public int UpstreamSteps => upstream;

    public bool HasKilled { get; private set; }

    public void Aim(HostProcess host) => Volatile.Write(ref victim, host);

    /// <summary>Counts a step.</summary>
    /// <returns>The chosen moment when this is its step.</returns>
    public KillPoint? Step(StepKind kind)
    {
        var number = kind == StepKind.Database ? Interlocked.Increment(ref database) : Interlocked.Increment(ref upstream);
        return point is { } chosen && chosen.Kind == kind && chosen.Number == number ? chosen : null;
    }

    /// <summary>Returns when the process is dead.</summary>
    public void Kill()
    {
        HostProcess? host;
        // It can connect before its starter has set its process id.
        while ((host = Volatile.Read(ref victim)) is null) Thread.Sleep(1);
        host.Kill();
        HasKilled = true;
    }
}
