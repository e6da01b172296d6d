using TwoStory.Tests.Api;

namespace TwoStory.Tests.Functions.Worker;

/// <summary>Every route, role and foreign id once more, against the worker process.</summary>
public sealed class WorkerRoleTests(WorkerApiHost host) : RoleTests(host), IClassFixture<WorkerApiHost>;

/// <summary>Every refusal once more, against the worker process.</summary>
public sealed class WorkerProblemTests(WorkerApiHost host) : ProblemTests(host), IClassFixture<WorkerApiHost>;
