using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TwoStory.Api;
using TwoStory.Core;
using TwoStory.Core.Jobs;
using TwoStory.Tests.Api;

namespace TwoStory.Tests.Functions;

/// <summary>The API's services without a server and without a database.</summary>
static class UnstartedApi
{
    public static WebApplication Build(string database = "Host=127.0.0.1;Port=1")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["JWT_SECRET"] = new string('s', 32),
            ["FRONTEND_URL"] = "https://app.example.com",
            ["ENCRYPTION_KEY"] = new string('0', 64),
            ["RENTCAST_API_KEY"] = "sim-key",
            ["RESEND_API_KEY"] = "re_mailbox",
            ["EMAIL_FROM"] = "TwoStory <alerts@twostory.example>",
        });
        builder.Services.AddTwoStoryCore(builder.Configuration, database);
        builder.Services.AddTwoStoryApi(builder.Configuration);
        builder.Services.AddSingleton<IJobEngine, IdleJobEngine>();
        return builder.Build();
    }
}
