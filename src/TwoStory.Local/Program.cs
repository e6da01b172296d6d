using System.CommandLine;
using System.Globalization;
using TwoStory.Local.Commands;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var parsed = CommandLine.Build().Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"{parsed.Errors[0].Message} See --help.");
    return 2;
}
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
}
catch (Exception failure) when (Mistake.Explain(failure) is { } line)
{
    Console.Error.WriteLine(line);
    return 1;
}
catch (OperationCanceledException)
{
    return 0;
}
