using BenchmarkDotNet.Running;
using TwoStory.Bench;

switch (args.FirstOrDefault())
{
    case "night":
        return await NightBenchmark.RunAsync(args[1..]);
    case "limits":
        return await LimitBenchmark.RunAsync();
    case "pure":
        BenchmarkSwitcher.FromAssembly(typeof(PureBenchmarks).Assembly).Run(["--filter", "*", .. args[1..]]);
        return 0;
    default:
        Console.Error.WriteLine("Use: night [leads,leads,…] [latency ms,latency ms,…] | limits | pure [BenchmarkDotNet options]");
        return 2;
}
