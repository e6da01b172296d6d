using System.Text.Json;
using System.Text.Json.Serialization;
using TwoStory.Simulators.RentCast;

namespace TwoStory.Simulators.Control;

/// <summary>The simulators' own routes: call log, faults and home values.</summary>
sealed class ControlEndpoints(CallLog log, FaultStore faults, ValueOverrides values)
{
    static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/simulators/calls", () => Results.Json(log.Summary()));
        routes.MapDelete("/simulators/calls", () =>
        {
            log.Reset();
            return Results.NoContent();
        });
        routes.MapGet("/simulators/faults", () => Results.Json(faults.Summary(), Strict));
        routes.MapPost("/simulators/faults", SetFault);
        routes.MapDelete("/simulators/faults", () =>
        {
            faults.Clear();
            return Results.NoContent();
        });
        routes.MapPost("/simulators/values", SetValue);
    }

    async Task<IResult> SetFault(HttpRequest request, CancellationToken cancel)
    {
        var (fault, problem) = await ReadAsync<NewFault>(request, cancel);
        problem ??= fault!.Problem();
        if (problem is not null)
        {
            return BadRequest(problem);
        }

        object set = fault!.Profile is null ? faults.Set(fault).Summary() : faults.SetProfile(fault).Select(each => each.Summary());
        return Results.Json(set, Strict, statusCode: 201);
    }

    async Task<IResult> SetValue(HttpRequest request, CancellationToken cancel)
    {
        var (setting, problem) = await ReadAsync<NewValue>(request, cancel);
        if (problem is null && string.IsNullOrWhiteSpace(setting!.Address))
        {
            problem = "address is required, for example '1418 Alder Bend Lane, Seattle, WA 98103'";
        }

        if (problem is null && setting!.Value is < 1 or > 1_000_000_000)
        {
            problem = "value must be from 1 to 1000000000 dollars, or null to clear it";
        }

        if (problem is not null)
        {
            return BadRequest(problem);
        }

        values.Set(setting!.Address!, setting.Value);
        return Results.NoContent();
    }

    static IResult BadRequest(string problem) => Results.Text(problem + "\n", "text/plain", statusCode: 400);

    static async Task<(T? Body, string? Problem)> ReadAsync<T>(HttpRequest request, CancellationToken cancel)
    {
        try
        {
            var body = await JsonSerializer.DeserializeAsync<T>(request.Body, Strict, cancel);
            return body is null ? (default, "the body must be a JSON object") : (body, null);
        }
        catch (JsonException error)
        {
            return (default, $"the body cannot be read: {error.Message.Split('\n')[0].Trim()}");
        }
    }

    sealed record NewValue(string? Address, decimal? Value);
}
