using BenchmarkDotNet.Running;
using TwoStory.Bench;
using TwoStory.Bench.Http;

switch (args.FirstOrDefault())
{
    case "night":
        return await NightlyRunBenchmark.RunAsync(args[1..]);
    case "limits":
        return await LimitBenchmark.RunAsync();
    case "http":
        return await HttpBenchmark.RunAsync(args[1..]);
    case "load":
        return await LoadBenchmark.RunAsync(args[1..]);
    case "upgrade":
        return await UpgradeBenchmark.RunAsync(args[1..]);
    case "pure":
        BenchmarkSwitcher.FromAssembly(typeof(PureBenchmarks).Assembly).Run(["--filter", "*", .. args[1..]]);
        return 0;
    default:
        Console.Error.WriteLine("Use: night [leads,leads,…] [latency ms,latency ms,…] | limits | http [seconds a route] | load [minutes] [clients] | upgrade [leads] | pure [BenchmarkDotNet options]");
        return 2;
}
