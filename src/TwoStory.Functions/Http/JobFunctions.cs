using Microsoft.DurableTask.Client;
using TwoStory.Functions.Jobs;

namespace TwoStory.Functions.Http;

/// <summary>Job runs in Azure; the endpoints are <c>JobEndpoints</c>'.</summary>
public sealed class JobFunctions(ApiPipeline api)
{
    // Only the binding of a function provides a Durable client, so this function passes it to the engine.
    [Function("StartJob")]
    public Task<IResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "jobs/{kind}")] HttpRequest request, [DurableClient] DurableTaskClient durable) => api.Run(request.With(durable));

    [Function("CancelJob")]
    public Task<IResult> Cancel([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "jobs/{id:guid}/cancel")] HttpRequest request) => api.Run(request);

    [Function("ListJobs")]
    public Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "jobs")] HttpRequest request) => api.Run(request);

    [Function("GetJob")]
    public Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "jobs/{id:guid}")] HttpRequest request) => api.Run(request);
}
