using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using TwoStory.Local.Commands;
using TwoStory.Local.Hosting;

StopSignals.Enable();
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (Console.IsOutputRedirected) (AnsiConsole.Profile.Capabilities.Ansi, AnsiConsole.Profile.Capabilities.ColorSystem) = (false, ColorSystem.NoColors);

var parsed = CommandLine.Build().Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"{parsed.Errors[0].Message} See --help.");
    return 2;
}
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = TimeSpan.FromSeconds(30)
    });
}
catch (Exception failure) when (CommandException.Explain(failure) is { } line)
{
    Console.Error.WriteLine(line);
    return 1;
}
catch (OperationCanceledException)
{
    return 0;
}
