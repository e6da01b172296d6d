using System.Globalization;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Reports;

/// <summary>What an organization asked of providers in one calendar month. Days and months are UTC, as the ledger counts them.</summary>
/// <param name="Month">Such as 2026-11.</param>
/// <param name="Days">Per day, provider and operation, oldest day first.</param>
/// <param name="Providers">The month so far, and what is to come of it.</param>
public sealed record UsageReport(string Month, IReadOnlyList<UsageLine> Days, IReadOnlyList<ProviderUsage> Providers);

/// <param name="Provider">spark, rentcast, nominatim or census.</param>
/// <param name="Operation">What was asked, such as search or value.</param>
/// <param name="Calls">Every attempt, also one that was tried again.</param>
/// <param name="Failures">Those of the calls that got no answer or a failure.</param>
/// <param name="Cost">USD.</param>
public sealed record UsageLine(DateOnly Day, string Provider, string Operation, int Calls, int Failures, decimal Cost);

/// <param name="Calls">The month to date.</param>
/// <param name="Cost">USD.</param>
/// <param name="Cap">The most calls that the organization wants this month; null for no cap, and for months that are over.</param>
/// <param name="Left">How many of the cap are left; null without one.</param>
/// <param name="Forecast">The whole month; of one that is over, what it was.</param>
public sealed record ProviderUsage(string Provider, int Calls, int Failures, decimal Cost, int? Cap, int? Left, UsageForecast Forecast);

/// <summary>A whole month as scheduled runs and the present rate of other calls would make it, without regard to the cap.</summary>
/// <param name="Cost">USD.</param>
public sealed record UsageForecast(int Calls, decimal Cost);

/// <summary>Reads the ledger for an organization.</summary>
public sealed class UsageReports(Database database, UsageForecaster outlook, TimeProvider time)
{
    sealed record Budget(string Provider, int? Cap, int Calls);

    /// <param name="organizationId">Whose calls.</param>
    /// <param name="month">Such as 2026-11; null for the present month, UTC.</param>
    /// <param name="cancel">Stops waiting for the database.</param>
    /// <exception cref="ValidationException">It is no month, or one to come.</exception>
    public async Task<UsageReport> GetAsync(Guid organizationId, string? month, CancellationToken cancel)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var present = MonthlyCaps.FirstOfMonth(DateOnly.FromDateTime(now));
        var first = month is null ? present : Parse(month);
        if (first > present) throw new ValidationException("month", "must not lie in the future.");
        var days = await DaysAsync(organizationId, first, cancel);
        var budgets = first == present ? await QuotasAsync(organizationId, first, cancel) : [];
        var further = first == present ? await outlook.FurtherCallsAsync(organizationId, days, now, cancel) : new Dictionary<string, int>();
        var providers = days.Select(line => line.Provider).Union([UpstreamProviders.Spark, UpstreamProviders.RentCast]).Order(StringComparer.Ordinal);
        return new UsageReport(
            first.ToString("yyyy-MM", CultureInfo.InvariantCulture), days,
            [.. providers.Select(provider => Sum(
                provider, days.Where(line => line.Provider == provider).ToList(), budgets.FirstOrDefault(budget => budget.Provider == provider),
                further.GetValueOrDefault(provider)))]);
    }

    ProviderUsage Sum(string provider, List<UsageLine> days, Budget? budget, int further)
    {
        var (calls, cost) = (days.Sum(line => line.Calls), days.Sum(line => line.Cost));
        return new ProviderUsage(
            provider, calls, days.Sum(line => line.Failures), cost, budget?.Cap, budget?.Cap is { } cap ? Math.Max(0, cap - budget.Calls) : null,
            new UsageForecast(calls + further, cost + (further * outlook.CostPerCall(provider))));
    }

    Task<IReadOnlyList<UsageLine>> DaysAsync(Guid organizationId, DateOnly first, CancellationToken cancel) =>
        database.Tenant(organizationId).QueryAsync<UsageLine>(
            """
            select day, provider, operation, calls, failures, cost from api_usage
            where organization_id = @organizationId and day >= @first and day < @next and calls > 0
            order by day, provider, operation
            """, new { first, next = first.AddMonths(1) }, cancel);

    Task<IReadOnlyList<Budget>> QuotasAsync(Guid organizationId, DateOnly first, CancellationToken cancel) =>
        database.Tenant(organizationId).QueryAsync<Budget>(
            """
            select provider, cap, case when month < @first then 0 else calls end as calls
            from usage_budgets where organization_id = @organizationId
            """, new { first }, cancel);

    static DateOnly Parse(string month) =>
        DateOnly.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) && first.Year >= 2000
            ? first : throw new ValidationException("month", "must be a month such as 2026-11.");
}
