using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TwoStory.Core.Jobs;

namespace TwoStory.Tests.Functions;

/// <summary>
/// The Azure head is compiled here against Core, Api and the framework, wherever its own packages are missing. What may be wrong
/// is that something of those packages is not found, and nothing else.
/// </summary>
public sealed class CompileTests
{
    static readonly HashSet<string> AbsentNames =
    [
        // Microsoft.Azure.Functions.Worker and its extensions
        "Microsoft.Azure", "Function", "HttpTrigger", "AuthorizationLevel", "TimerTrigger", "TimerInfo", "FunctionsApplication",
        "ActivityTrigger", "OrchestrationTrigger", "DurableClient",
        // Microsoft.DurableTask
        "Microsoft.DurableTask", "TaskOrchestrationContext", "TaskOptions", "SubOrchestrationOptions", "StartOrchestrationOptions", "RetryPolicy",
        "TaskFailedException", "DurableTaskClient", "OrchestrationRuntimeStatus", "PurgeInstancesFilter", "PurgeResult",
        // Resend, BCrypt.Net-Next
        "Resend", "IResend", "ResendClient", "ResendClientOptions", "EmailMessage", "BCrypt",
        // OpenTelemetry and its exporter
        "OpenTelemetry", "OpenTelemetryLoggerOptions", "AddOpenTelemetry", "Azure.Monitor",
    ];

    [Fact]
    public void The_head_compiles_but_for_the_names_of_absent_packages()
    {
        Assert.NotEmpty(HeadSources.Trees);
        Assert.Empty(Faults(HeadSources.Compile()));
    }

    [Theory]
    [InlineData("steps.RunBatchAsync(batch.Run, batch.Ordinal, cancel)", "steps.RunBatchAsync(batch.Run, cancel)")]
    [InlineData("store.HandOverAsync(claim.Run, run.InstanceId, claim.InstanceId, cancel)", "store.TakeOverAsync(claim.Run, cancel)")]
    [InlineData("DuePage page = await", "NextStep page = await")]
    [InlineData("services.AddTwoStoryApi(settings)", "services.AddTwoStoryApi()")]
    public void A_call_that_does_not_fit_Core_or_the_Api_is_a_fault(string right, string wrong)
    {
        var changed = HeadSources.Trees.Select(tree => CSharpSyntaxTree.ParseText(tree.GetText().ToString().Replace(right, wrong), (CSharpParseOptions)tree.Options, tree.FilePath));

        Assert.NotEmpty(Faults(HeadSources.Compile(changed)));
    }

    [Fact]
    public void A_changed_signature_in_Core_is_a_fault()
    {
        // Core as it would be if RunBatchAsync took a long.
        var changed = CSharpSyntaxTree.ParseText(
            """
            namespace TwoStory.Core.Jobs;
            public sealed class JobSteps
            {
                public System.Threading.Tasks.Task<NextStep> NextAsync(OrganizationRun run, System.Threading.CancellationToken cancel) => null!;
                public System.Threading.Tasks.Task RunBatchAsync(System.Guid run, long ordinal, System.Threading.CancellationToken cancel) => null!;
                public System.Threading.Tasks.Task AbandonAsync(OrganizationRun run, int ordinal, System.Threading.CancellationToken cancel) => null!;
            }
            """);

        var faults = Faults(HeadSources.Compile(HeadSources.Trees.Append(changed)));

        Assert.Contains(faults, fault => fault.Contains(nameof(JobSteps.RunBatchAsync), StringComparison.Ordinal) || fault.Contains("OrganizationRun", StringComparison.Ordinal));
    }

    static List<string> Faults(CSharpCompilation compilation) =>
    [
        .. from fault in compilation.GetDiagnostics()
           where fault.Severity == DiagnosticSeverity.Error && !IsAbsentName(fault)
           select fault.ToString(),
    ];

    // CS0246, CS0234, CS0103: a name is not found. CS1061: nor is an extension method, which is then named too.
    static bool IsAbsentName(Diagnostic fault)
    {
        if (fault.Id is not ("CS0246" or "CS0234" or "CS0103" or "CS1061") || fault.Location.SourceTree is not { } tree) return false;
        var name = tree.GetText().ToString(fault.Location.SourceSpan);
        var node = tree.GetRoot().FindNode(fault.Location.SourceSpan);
        // The last part of a namespace is reported alone; what stands before it says whose it is.
        var qualified = node.Parent is Microsoft.CodeAnalysis.CSharp.Syntax.QualifiedNameSyntax whole && whole.Right == node ? whole.ToString() : name;
        return AbsentNames.Contains(fault.Id == "CS0234" ? qualified : name);
    }
}
