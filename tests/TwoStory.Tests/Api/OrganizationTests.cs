using TwoStory.Core.Accounts;

namespace TwoStory.Tests.Api;

public sealed class OrganizationTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Admins_change_what_they_send_and_agents_only_read()
    {
        var owner = await host.RegisterOwnerAsync();
        var admin = await host.AddColleagueAsync(owner, Role.Admin);
        var agent = await host.AddColleagueAsync(owner, Role.Agent);

        var changed = await admin.PutAsync("organization", new { radiusMiles = 2.5, emailMode = "off", timeZone = "America/Denver" });
        Assert.Equal(200, changed.Status);
        var read = await agent.GetAsync("organization");
        Assert.Equal((2.5m, "off", "America/Denver", 7), (read["radiusMiles"].GetDecimal(), read.Text("emailMode"), read.Text("timeZone"), read["windowDays"].GetInt32()));
        Assert.Equal((403, "role_required"), StatusAndCode(await agent.PutAsync("organization", new { windowDays = 3 })));
        Assert.Equal(200, (await owner.PutAsync("organization", read.Json.GetRawText())).Status);
    }

    [Theory]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"timeZone":"Pacific Standard Time"}""", "timeZone")]
    [InlineData("""{"timeZone":"Nowhere/Land"}""", "timeZone")]
    [InlineData("""{"radiusMiles":51}""", "radiusMiles")]
    [InlineData("""{"windowDays":0}""", "windowDays")]
    [InlineData("""{"windowDays":46}""", "windowDays")]
    [InlineData("""{"valueChangePercent":null}""", "valueChangePercent")]
    [InlineData("""{"emailMode":"daily"}""", "emailMode")]
    [InlineData("""{"radius":1}""", "radius")]
    public async Task A_setting_that_cannot_be_is_named(string body, string field)
    {
        var answer = await (await host.RegisterOwnerAsync()).PutAsync("organization", body);

        Assert.Equal((400, "validation_failed"), StatusAndCode(answer));
        Assert.Equal(field, Assert.Single(answer["errors"].EnumerateObject()).Name);
    }

    [Fact]
    public async Task A_change_based_on_an_outdated_version_is_refused()
    {
        var owner = await host.RegisterOwnerAsync();
        var tag = (await owner.GetAsync("organization")).Headers.ETag!.ToString();

        Assert.Equal(200, (await owner.PutAsync("organization", new { windowDays = 5 }, ifMatch: tag)).Status);
        Assert.Equal((412, "organization_changed"), StatusAndCode(await owner.PutAsync("organization", new { windowDays = 6 }, ifMatch: tag)));
        Assert.Equal(400, (await owner.PutAsync("organization", new { windowDays = 6 }, ifMatch: "5")).Status);
        Assert.Equal(5, (await owner.GetAsync("organization"))["windowDays"].GetInt32());
    }

    [Fact]
    public async Task Spark_credentials_are_kept_once_Spark_has_accepted_them_and_never_shown()
    {
        var owner = await host.RegisterOwnerAsync();
        var admin = await host.AddColleagueAsync(owner, Role.Admin);
        Assert.Equal(403, (await admin.PostAsync("organization/spark-credentials", new { strategy = "bearer", accessToken = "sim-idx-1" })).Status);

        Assert.Equal((422, "spark_credentials_refused"), StatusAndCode(await owner.PostAsync("organization/spark-credentials", new { strategy = "bearer", accessToken = "wrong" })));
        Assert.Equal("none", (await owner.GetAsync("organization")).Text("sparkCredentialsStatus"));

        Assert.Equal(204, (await owner.PostAsync("organization/spark-credentials", new { strategy = "bearer", accessToken = "sim-idx-secret" })).Status);
        var organization = await owner.GetAsync("organization");
        Assert.Equal("valid", organization.Text("sparkCredentialsStatus"));
        Assert.DoesNotContain("sim-idx-secret", organization.Json.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("sim-idx-secret", await StoredAsync(owner), StringComparison.Ordinal);

        var before = await StoredAsync(owner);
        Assert.Equal(422, (await owner.PostAsync("organization/spark-credentials", new { strategy = "bearer", accessToken = "wrong" })).Status);
        Assert.Equal(before, await StoredAsync(owner));
    }

    [Theory]
    [InlineData("""{"accessToken":"a"}""", "strategy")]
    [InlineData("""{"strategy":"password"}""", "strategy")]
    [InlineData("""{"strategy":"bearer"}""", "accessToken")]
    [InlineData("""{"strategy":"client_credentials","clientId":"a"}""", "clientSecret")]
    [InlineData("""{"strategy":"bearer","accessToken":"a","clientId":"b"}""", "clientId")]
    [InlineData("""{"strategy":"bearer","accessToken":"sim-idx","pageSize":0}""", "pageSize")]
    [InlineData("""{"strategy":"bearer","accessToken":"sim-idx","baseUrl":"http://169.254.169.254/"}""", "baseUrl")]
    public async Task Credentials_that_are_none_are_named_by_field(string body, string field)
    {
        var answer = await (await host.RegisterOwnerAsync()).PostAsync("organization/spark-credentials", body);

        Assert.Equal((400, "validation_failed"), StatusAndCode(answer));
        Assert.Equal(field, Assert.Single(answer["errors"].EnumerateObject()).Name);
    }

    static (int, string) StatusAndCode(Answer answer) => (answer.Status, answer.Code);

    async Task<string> StoredAsync(ApiClient owner) => (await host.Database.QueryFirstAsync<string>(
        "select spark_credentials from organizations where id = @OrganizationId", new { owner.OrganizationId }, default))!;
}
