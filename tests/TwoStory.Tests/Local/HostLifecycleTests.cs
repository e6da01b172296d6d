using System.Globalization;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Local;

/// <summary>The one-machine host over several starts and stops; <see cref="HostLifecycle"/> records them.</summary>
public sealed class HostLifecycleTests(HostLifecycle life) : IClassFixture<HostLifecycle>
{
    [Fact]
    public void A_killed_and_interrupted_demo_is_completed()
    {
        Assert.Equal(["completed", "completed"], life.Finished.Row("state"));
        Assert.Equal(life.Finished.Row("leads")[0], life.Finished.Row("leads")[1]);
        Assert.True(Number(life.Finished.Row("leads")[0]) >= 200);
        Assert.DoesNotContain("0", life.Finished.Row("alerts"));
        Assert.Equal(["3", "3"], life.Finished.Row("e-mails"));
    }

    [Fact]
    public void Interrupted_starts_create_each_alert_and_mail_once()
    {
        Assert.Equal(life.Finished.Row("alerts").Sum(Number), life.Finished.Unread);
        Assert.Equal(6, life.Again.Mails);
    }

    [Fact]
    public void Every_served_address_answers()
    {
        Assert.All(life.Finished.Pages, page => Assert.True(page.Value.Status == 200, $"{page.Key}: {page.Value.Status}"));
        Assert.Contains("/mailbox", life.Finished.Pages["/"].Body, StringComparison.Ordinal);
        Assert.Contains("ok", life.Finished.Pages["/api/health"].Body, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_operators_monitor_shows_both_runs()
    {
        Assert.Equal(["nearby-sales", "property-values"], life.Finished.Runs.Select(run => run.GetProperty("name").GetString()!).Order());
        Assert.All(life.Finished.Runs, run => Assert.Equal("Completed", run.GetProperty("runtimeStatus").GetString()));
    }

    [Fact]
    public void Later_starts_keep_the_data_run_nothing_twice_and_print_this()
    {
        foreach (var later in new[] { life.Again, life.Last })
        {
            Assert.Contains("nothing was run again", later.Output, StringComparison.Ordinal);
            Assert.Equal(life.Finished.Row("alerts"), later.Row("alerts"));
            Assert.Equal((life.Finished.Unread, 2, 6), (later.Unread, later.Runs.Count, later.Mails));
            Assert.Equal((0, 0, 0), (later.CallsTo("spark"), later.CallsTo("rentCast"), later.CallsTo("resend")));
        }
    }

    [Fact]
    public void Ctrl_C_and_a_service_managers_stop_end_it_well_with_all_that_it_started()
    {
        Ending[] endings = [life.StoppedInTheMiddle, life.Interrupted, life.Terminated];
        Assert.All(endings, ending => Assert.Equal((0, ""), (ending.ExitCode, ending.Errors)));
        Assert.Equal([true, true, true], life.PostgresStopped);
    }

    static int Number(string text) => int.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
