using TwoStory.Core.Jobs;
using Xunit.Abstractions;

namespace TwoStory.Tests.Crash;

/// <summary>Kills hosts all over one job; the two jobs are classes of their own so that they run side by side.</summary>
public abstract class CrashTests(string kind, ITestOutputHelper output)
{
    const int DefaultKills = 25;

    const int KillsPerNight = 3;

    // Steps of a database are many, requests to providers few: each kind gets its share.
    const double UpstreamShare = 0.3;

    static readonly int Kills = NightlySize.From("TWOSTORY_KILLS", DefaultKills);

    static readonly int Seed = NightlySize.Seed;

    /// <param name="Part">Where between the start and the end of an undisturbed night, 0 to 1.</param>
    sealed record Plan(StepKind Kind, double Part, bool Answered);

    [Fact]
    public async Task A_run_whose_host_is_killed_repeatedly_ends_with_the_same_rows_and_sends_each_mail_once()
    {
        await using var lab = await CrashLab.OpenAsync(kind);
        var calm = await lab.RunAsync([]);
        output.WriteLine($"{kind}: {calm.DatabaseSteps} database steps and {calm.UpstreamSteps} requests undisturbed; seed {Seed}");
        AssertWorthIt(calm);
        var killed = 0;
        foreach (var night in Nights())
        {
            var points = Points(night, calm);
            var experiment = await lab.RunAsync(points);
            killed += experiment.Kills;
            var where = $"seed {Seed}, killed {experiment.Kills} times of {string.Join("; ", points)}";
            experiment.Result.AssertSame(calm.Result, where);
            Assert.All(experiment.Use, use => use.AssertCounted(where));
        }
        output.WriteLine($"{kind}: {killed} kills of {Kills} planned");
        Assert.InRange(killed, Kills * 8 / 10, Kills);
    }

    void AssertWorthIt(Experiment calm)
    {
        Assert.Equal(0, calm.Kills);
        Assert.True(calm.Result.For("notifications") >= 20, "The night has too few notifications to prove anything.");
        Assert.Equal((3, 3), (calm.Result.For("mailbox"), calm.Result.For("email_outbox")));
        Assert.StartsWith("completed", calm.Result.Parts["counts"].Single(), StringComparison.Ordinal);
        Assert.All(calm.Use, use => Assert.Equal((use.Seen, 0), (use.Counted, use.Unsettled)));
        Assert.True(calm.Use.Single(use => use.Provider == (kind == JobKinds.NearbySales ? "spark" : "rentCast")).Seen >= 5);
    }

    static IReadOnlyList<IReadOnlyList<Plan>> Nights()
    {
        // The last request is the mail: it is cut off on either side in any case.
        Plan[] mail = [new(StepKind.Upstream, 1, Answered: true), new(StepKind.Upstream, 1, Answered: false)];
        var random = new Random(Seed);
        var (others, requests) = (Kills - mail.Length, (int)Math.Round(Kills * UpstreamShare) - mail.Length);
        Plan[] plans = [.. Spread(StepKind.Database, others - requests, random), .. Spread(StepKind.Upstream, requests, random)];
        random.Shuffle(plans);
        return [.. mail.Select(plan => new[] { plan }), .. plans.Chunk(KillsPerNight).Select(night => night.OrderBy(plan => plan.Part).ToList())];
    }

    static IEnumerable<Plan> Spread(StepKind kind, int count, Random random) =>
        Enumerable.Range(0, count).Select(number => new Plan(kind, (number + random.NextDouble()) / count, random.Next(2) == 0));

    // A host does not repeat the work of its predecessor, so its share starts where the other's ended.
    static List<KillPoint> Points(IReadOnlyList<Plan> night, Experiment calm) =>
    [
        .. night.Select((plan, number) =>
        {
            var part = plan.Part - (number == 0 ? 0 : night[number - 1].Part);
            var all = plan.Kind == StepKind.Database ? calm.DatabaseSteps : calm.UpstreamSteps;
            return new KillPoint(plan.Kind, Math.Min(all, 1 + (int)(part * all)), plan.Answered);
        }),
    ];
}

public sealed class NearbySalesCrashTests(ITestOutputHelper output) : CrashTests(JobKinds.NearbySales, output);

public sealed class PropertyValuesCrashTests(ITestOutputHelper output) : CrashTests(JobKinds.PropertyValues, output);
