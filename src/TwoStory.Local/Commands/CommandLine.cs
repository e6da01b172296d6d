using System.CommandLine;
using System.Globalization;

namespace TwoStory.Local.Commands;

/// <summary>The commands and options of the one-machine host.</summary>
static class CommandLine
{
    static readonly Option<int?> Port = new("--port")
    {
        Description = "The port to listen on (localhost); 0 selects a free port. Default: the PORT variable, or 7071.",
    };
    static readonly Option<int> SimulatorsPort = new("--port")
    {
        Description = "The port to listen on (localhost); 0 selects a free port.",
        DefaultValueFactory = _ => 7072,
    };
    static readonly Option<string> Data = new("--data") { Description = "The folder for the database, keys and mail.", DefaultValueFactory = _ => ".twostory" };
    static readonly Option<string?> Database = new("--database")
    {
        Description = "Use this PostgreSQL (postgres://user:password@host:port/name) instead of starting one. Default: the DATABASE_URL variable.",
    };
    static readonly Option<bool> NoDemo = new("--no-demo") { Description = "Do not create the demo brokerage and do not run jobs at the start." };
    static readonly Option<string?> Sales = new("--sales") { Description = "Fill the simulated MLS with the closed sales of this CSV file." };
    static readonly Option<DateOnly?> SalesAsOf = new("--sales-as-of")
    {
        Description = "Shift the dates of the sales file so that this day (YYYY-MM-DD) becomes today. Default: its last close date.",
        CustomParser = result =>
        {
            if (DateOnly.TryParseExact(result.Tokens[^1].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
            result.AddError("--sales-as-of must be a date such as 2015-02-20.");
            return null;
        },
    };
    static readonly Option<bool> RealUpstreams = new("--real-upstreams")
    {
        Description = "Call the real Spark, RentCast, Nominatim and Resend (RENTCAST_API_KEY, RESEND_API_KEY) instead of the simulators. Creates no demo brokerage.",
    };

    public static RootCommand Build()
    {
        Port.Validators.Add(InPortRange);
        SimulatorsPort.Validators.Add(InPortRange);
        SalesAsOf.Validators.Add(result =>
        {
            if (result.GetResult(Sales) is null) result.AddError("--sales-as-of requires --sales FILE.csv.");
        });
        var root = new RootCommand("TwoStory on one machine: PostgreSQL, simulated providers, the API, the nightly jobs and a mailbox.")
        {
            Port, Data, Database, NoDemo, Sales, SalesAsOf, RealUpstreams,
        };
        root.SetAction((parsed, cancel) => ServeCommand.RunAsync(
            new ServeOptions(
                parsed.GetValue(Port) ?? EnvironmentSettings.Port, parsed.GetValue(Data)!, parsed.GetValue(Database) ?? EnvironmentSettings.DatabaseUrl,
                    !parsed.GetValue(NoDemo), parsed.GetValue(Sales),
                parsed.GetValue(SalesAsOf), parsed.GetValue(RealUpstreams)),
            cancel));
        root.Add(Simulators());
        root.Add(OpenApi());
        return root;
    }

    static Command Simulators()
    {
        var command = new Command("simulators", "Run PostgreSQL and the simulated providers only, for use with func start.")
        {
            SimulatorsPort, Data, Database, Sales, SalesAsOf,
        };
        command.SetAction((parsed, cancel) => SimulatorsCommand.RunAsync(
            new ServeOptions(
                parsed.GetValue(SimulatorsPort), parsed.GetValue(Data)!, parsed.GetValue(Database), Demo: false, parsed.GetValue(Sales),
                parsed.GetValue(SalesAsOf), RealUpstreams: false),
            cancel));
        return command;
    }

    static Command OpenApi()
    {
        var command = new Command("openapi", "Print the API's description (OpenAPI 3.1) and exit.");
        command.SetAction((_, cancel) => OpenApiCommand.RunAsync(cancel));
        return command;
    }

    static void InPortRange(System.CommandLine.Parsing.OptionResult result)
    {
        if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[^1].Value, CultureInfo.InvariantCulture, out var port) && port is < 0 or > 65535)
        {
            result.AddError("--port must be 0 to 65535.");
        }
    }
}
