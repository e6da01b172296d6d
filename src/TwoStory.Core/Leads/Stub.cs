using TwoStory.Core.Accounts;
namespace TwoStory.Core.Leads;
public sealed record NewLead; public sealed record Lead(Guid Id);
public sealed class LeadService { public Task<Lead> CreateAsync(Caller caller, NewLead lead, CancellationToken cancel) => throw new InvalidOperationException($"{caller}{lead}{cancel}{this}"); }
