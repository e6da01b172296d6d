using System.Text.Json;
using Npgsql;
using TwoStory.Tests.Data;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Functions.Worker;

public sealed class WorkerTests(WorkerApiHost host) : IClassFixture<WorkerApiHost>
{
    [Fact]
    public async Task Every_operation_of_the_description_is_answered_by_its_own_function_as_described()
    {
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Repository.PathOf("docs/openapi.json")));
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");
        var owner = await host.RegisterOwnerAsync();
        var (wrong, tried) = (new List<string>(), 0);
        // Last the route that ends the session.
        foreach (var operation in Operation.ReadAll(document.RootElement).OrderBy(operation => operation.Id == "Logout"))
        {
            var answer = await owner.SendAsync(operation.Method, operation.Path, operation.ExampleBody(schemas));
            tried++;
            var took = host.Worker.LastFunction;
            if (took != operation.Id) wrong.Add($"{operation.Id} was taken by {took}");
            if (!operation.Statuses.Contains($"{answer.Status}")) wrong.Add($"{operation.Id} answers {answer.Status}: {answer.Json}");
            if (answer.Status >= 400 && answer.ContentType != "application/problem+json") wrong.Add($"{operation.Id} answers {answer.Status} with {answer.ContentType}");
        }

        Assert.Empty(wrong);
        Assert.True(tried > 40, $"only {tried} tried");
    }

    [Theory]
    [InlineData("nearby-sales")]
    [InlineData("property-values")]
    public async Task A_job_that_is_started_over_HTTP_reaches_the_task_hub(string kind)
    {
        var owner = await host.RegisterOwnerAsync();

        var answer = await owner.PostAsync($"jobs/{kind}");

        Assert.True(answer.Status == 202, $"{answer.Status}: {answer.Json}");
        var instance = await host.Database.QueryFirstAsync<string>(
            "select instance_id from job_runs where organization_id = @OrganizationId", new { owner.OrganizationId }, default);
        Assert.Equal("RunOrganization", (await host.Durable.GetInstanceAsync(instance!))?.Name);
    }

    [Fact]
    public void The_worker_declares_every_function_of_the_sources() =>
        Assert.Equal(HostFunctions.Names.Order(), host.Worker.Functions.Select(function => function.Name).Order());

    [Fact]
    public async Task A_timer_that_fires_runs_its_function()
    {
        await host.Database.ExecuteAsync("insert into rate_limits (key, theoretical_arrival, granted) values ('attempt:old', now() - interval '2 hours', true)", null, default);

        await host.Worker.FireAsync("CleanUp");

        Assert.False(await host.Database.QueryFirstAsync<bool>("select exists (select from rate_limits where key = 'attempt:old')", null, default));
    }

    [Fact]
    public async Task A_worker_that_logs_in_as_the_owner_of_the_tables_ends_with_a_line_that_the_host_keeps()
    {
        var connectionString = await MigratedDatabase.CopyAsync();
        var settings = WorkerSettings.With(WorkerDatabase.Url(new NpgsqlConnectionStringBuilder(connectionString)), (await Api.Providers.Running).Settings.Append(new("JWT_SECRET", new string('x', 64))).Append(new("FRONTEND_URL", "https://app.example.com")));
        await using var worker = WorkerProcess.Start(1, settings);
        await worker.Ended;
        await TestPostgres.DropDatabaseAsync(connectionString);

        var line = Assert.Single(worker.Output.Split('\n'), line => line.Contains("RUNTIME_USER", StringComparison.Ordinal));
        Assert.StartsWith("Error: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", worker.Output, StringComparison.Ordinal);
    }
}
