using System.Collections.Concurrent;
using System.Threading.Channels;
using ProtoBuf.Grpc;

namespace TwoStory.Tests.Functions.Worker;

/// <summary>The host's end of the stream to a worker: greets it, loads every function it declares, and invokes them.</summary>
sealed class WorkerChannel : IFunctionRpc
{
    readonly Channel<HostMessage> toWorker = Channel.CreateUnbounded<HostMessage>();
    readonly ConcurrentDictionary<string, TaskCompletionSource<Status>> running = new();
    readonly TaskCompletionSource<LoadedWorker> loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Dictionary<string, string> capabilities = [];
    IReadOnlyList<FunctionMetadata> functions = [];
    int loads;

    /// <summary>Completes when the last function has been loaded.</summary>
    public Task<LoadedWorker> Loaded => loaded.Task;

    public async IAsyncEnumerable<HostMessage> EventStream(IAsyncEnumerable<HostMessage> fromWorker, CallContext context = default)
    {
        var reading = ReadAsync(fromWorker, context.CancellationToken);
        await foreach (var message in toWorker.Reader.ReadAllAsync(context.CancellationToken)) yield return message;
        await reading;
    }

    /// <returns>How the function ended.</returns>
    public Task<Status> InvokeAsync(Invocation invocation)
    {
        var ended = running[invocation.InvocationId] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Send(new HostMessage { Invocation = invocation });
        return ended.Task;
    }

    async Task ReadAsync(IAsyncEnumerable<HostMessage> fromWorker, CancellationToken cancel)
    {
        try
        {
            await foreach (var message in fromWorker.WithCancellation(cancel)) Take(message);
        }
        catch (Exception failure)
        {
            loaded.TrySetException(failure);
        }
        finally
        {
            toWorker.Writer.TryComplete();
            foreach (var invocation in running.Values) invocation.TrySetCanceled(CancellationToken.None);
        }
    }

    void Take(HostMessage message)
    {
        switch (message)
        {
            case { StartStream: not null }:
                Send(new HostMessage { InitRequest = new InitRequest { HostVersion = "4.1037.0", AppDirectory = WorkerProcess.Folder } });
                break;
            case { InitResponse: { } initialised }:
                capabilities = initialised.Capabilities;
                Send(new HostMessage { MetadataRequest = new MetadataRequest { AppDirectory = WorkerProcess.Folder } });
                break;
            case { MetadataResponse: { } declared }:
                functions = declared.Functions;
                foreach (var function in functions) Send(new HostMessage { LoadRequest = new LoadRequest { FunctionId = function.FunctionId, Function = function } });
                break;
            case { LoadResponse: { } answer }:
                if (answer.Result?.Code != Status.Success) loaded.TrySetException(new InvalidOperationException($"A function did not load: {answer.Result?.Fault?.Message}"));
                else if (++loads == functions.Count) loaded.TrySetResult(new LoadedWorker(new Uri(capabilities["HttpUri"]), functions));
                break;
            case { InvocationResponse: { } answer } when running.TryRemove(answer.InvocationId, out var invocation):
                invocation.TrySetResult(answer.Result ?? new Status());
                break;
        }
    }

    void Send(HostMessage message)
    {
        message.RequestId = Guid.NewGuid().ToString();
        toWorker.Writer.TryWrite(message);
    }
}

/// <param name="Http">Where the worker's own server takes forwarded requests.</param>
sealed record LoadedWorker(Uri Http, IReadOnlyList<FunctionMetadata> Functions);
