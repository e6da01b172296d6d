using ProtoBuf;
using ProtoBuf.Grpc;
using ProtoBuf.Grpc.Configuration;

namespace TwoStory.Tests.Functions.Worker;

// The part of the Functions host's protocol that serving HTTP needs. Names are ours; numbers are those of the public FunctionRpc.proto.

[Service("AzureFunctionsRpcMessages.FunctionRpc")]
public interface IFunctionRpc
{
    IAsyncEnumerable<HostMessage> EventStream(IAsyncEnumerable<HostMessage> fromWorker, CallContext context = default);
}

/// <summary>An envelope; one of its contents is set.</summary>
[ProtoContract]
public sealed class HostMessage
{
    [ProtoMember(1)] public string RequestId { get; set; } = "";

    [ProtoMember(20)] public Empty? StartStream { get; set; }

    [ProtoMember(17)] public InitRequest? InitRequest { get; set; }

    [ProtoMember(16)] public InitResponse? InitResponse { get; set; }

    [ProtoMember(29)] public MetadataRequest? MetadataRequest { get; set; }

    [ProtoMember(30)] public MetadataResponse? MetadataResponse { get; set; }

    [ProtoMember(8)] public LoadRequest? LoadRequest { get; set; }

    [ProtoMember(9)] public LoadResponse? LoadResponse { get; set; }

    [ProtoMember(4)] public Invocation? Invocation { get; set; }

    [ProtoMember(5)] public InvocationResponse? InvocationResponse { get; set; }
}

[ProtoContract]
public sealed class Empty;

[ProtoContract]
public sealed class InitRequest
{
    [ProtoMember(1)] public string HostVersion { get; set; } = "";

    [ProtoMember(2)] public Dictionary<string, string> Capabilities { get; set; } = [];

    [ProtoMember(5)] public string AppDirectory { get; set; } = "";
}

[ProtoContract]
public sealed class InitResponse
{
    [ProtoMember(2)] public Dictionary<string, string> Capabilities { get; set; } = [];

    [ProtoMember(3)] public Status? Result { get; set; }
}

[ProtoContract]
public sealed class MetadataRequest
{
    [ProtoMember(1)] public string AppDirectory { get; set; } = "";
}

[ProtoContract]
public sealed class MetadataResponse
{
    [ProtoMember(1)] public List<FunctionMetadata> Functions { get; set; } = [];

    [ProtoMember(2)] public Status? Result { get; set; }
}

[ProtoContract]
public sealed class LoadRequest
{
    [ProtoMember(1)] public string FunctionId { get; set; } = "";

    [ProtoMember(2)] public FunctionMetadata? Function { get; set; }
}

[ProtoContract]
public sealed class LoadResponse
{
    [ProtoMember(1)] public string FunctionId { get; set; } = "";

    [ProtoMember(2)] public Status? Result { get; set; }
}

/// <summary>A function as the worker declares it.</summary>
[ProtoContract]
public sealed class FunctionMetadata
{
    [ProtoMember(4)] public string Name { get; set; } = "";

    [ProtoMember(1)] public string Directory { get; set; } = "";

    [ProtoMember(2)] public string ScriptFile { get; set; } = "";

    [ProtoMember(3)] public string EntryPoint { get; set; } = "";

    [ProtoMember(6)] public Dictionary<string, Binding> Bindings { get; set; } = [];

    [ProtoMember(9)] public string Language { get; set; } = "";

    /// <summary>As JSON, such as a trigger with its route.</summary>
    [ProtoMember(10)] public List<string> RawBindings { get; set; } = [];

    [ProtoMember(13)] public string FunctionId { get; set; } = "";

    [ProtoMember(16)] public Dictionary<string, string> Properties { get; set; } = [];
}

[ProtoContract]
public sealed class Binding
{
    [ProtoMember(2)] public string Type { get; set; } = "";

    [ProtoMember(3)] public int Direction { get; set; }

    [ProtoMember(4)] public int DataType { get; set; }

    [ProtoMember(5)] public Dictionary<string, string> Properties { get; set; } = [];
}

[ProtoContract]
public sealed class Invocation
{
    [ProtoMember(1)] public string InvocationId { get; set; } = "";

    [ProtoMember(2)] public string FunctionId { get; set; } = "";

    [ProtoMember(3)] public List<Argument> Arguments { get; set; } = [];

    // The worker reads it without looking whether it is there.
    [ProtoMember(5)] public Empty TraceContext { get; set; } = new();
}

[ProtoContract]
public sealed class Argument
{
    [ProtoMember(1)] public string Name { get; set; } = "";

    [ProtoMember(2)] public Value Value { get; set; } = new();
}

[ProtoContract]
public sealed class Value
{
    [ProtoMember(1)] public string? Text { get; set; }

    [ProtoMember(2)] public string? Json { get; set; }

    [ProtoMember(5)] public Http? Http { get; set; }
}

/// <summary>A request without its content, which the worker reads from the forwarded request.</summary>
[ProtoContract]
public sealed class Http
{
    [ProtoMember(10)] public Dictionary<string, string> RouteValues { get; set; } = [];
}

[ProtoContract]
public sealed class InvocationResponse
{
    [ProtoMember(1)] public string InvocationId { get; set; } = "";

    [ProtoMember(3)] public Status? Result { get; set; }
}

[ProtoContract]
public sealed class Status
{
    public const int Success = 1;

    [ProtoMember(4)] public int Code { get; set; }

    [ProtoMember(2)] public Fault? Fault { get; set; }
}

[ProtoContract]
public sealed class Fault
{
    [ProtoMember(2)] public string Message { get; set; } = "";

    [ProtoMember(1)] public string StackTrace { get; set; } = "";
}
