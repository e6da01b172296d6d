using System.Globalization;
using Npgsql;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Reports;

/// <summary>The calls to providers of an organization in one calendar month. Days and months are UTC, as in the usage ledger.</summary>
/// <param name="Month">Such as 2026-11.</param>
/// <param name="Days">The usage per day, provider and operation, oldest day first.</param>
/// <param name="Providers">The usage and the forecast per provider.</param>
public sealed record UsageReport(string Month, IReadOnlyList<UsageLine> Days, IReadOnlyList<ProviderUsage> Providers);

/// <param name="Provider">spark, rentcast, nominatim or census.</param>
/// <param name="Operation">The operation, such as search or value.</param>
/// <param name="Calls">All attempts, including retries.</param>
/// <param name="Failures">The calls without a response or with an error.</param>
/// <param name="Cost">USD.</param>
public sealed record UsageLine(DateOnly Day, string Provider, string Operation, int Calls, int Failures, decimal Cost);

/// <param name="Calls">The calls of the month to date.</param>
/// <param name="Cost">USD.</param>
/// <param name="Cap">The monthly cap of the organization; null for no cap and for past months.</param>
/// <param name="Left">The remaining calls of the cap; null without a cap.</param>
/// <param name="Forecast">The forecast of the whole month; for a past month, the actual usage.</param>
public sealed record ProviderUsage(string Provider, int Calls, int Failures, decimal Cost, int? Cap, int? Left, UsageForecast Forecast);

/// <summary>The expected usage of a whole month, from the scheduled runs and the present rate of other calls. It ignores the cap.</summary>
/// <param name="Cost">USD.</param>
public sealed record UsageForecast(int Calls, decimal Cost);

/// <summary>Reads the usage ledger of an organization.</summary>
public sealed class UsageReports(Database database, UsageForecaster forecaster, TimeProvider time)
{
    sealed record Quota(string Provider, int? Cap, int Calls);

    /// <param name="organizationId">The organization.</param>
    /// <param name="month">Such as 2026-11; null for the present month, UTC.</param>
    /// <param name="cancel">Cancels the operation.</param>
    /// <exception cref="ValidationException">The text is not a month, or the month is in the future.</exception>
    public async Task<UsageReport> GetAsync(Guid organizationId, string? month, CancellationToken cancel)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var present = MonthlyCaps.FirstOfMonth(DateOnly.FromDateTime(now));
        var first = month is null ? present : Parse(month);
        if (first > present) throw new ValidationException("month", "must not be in the future.");
        var (days, quotas, basis) = await database.Tenant(organizationId).BatchAsync(
            [SelectDays(first), SelectQuotas(first), UsageForecaster.Select(first)],
            async results => (await results.RowsAsync(ReadDay), await results.RowsAsync(ReadQuota), await results.FirstAsync(UsageForecaster.Read)), cancel);
        if (basis is null) throw new NotFoundException("organization_not_found", "The organization no longer exists.");
        if (first != present) quotas = [];
        var further = first == present ? forecaster.FurtherCalls(basis, days, now) : new Dictionary<string, int>();
        var providers = days.Select(line => line.Provider).Union([UpstreamProviders.Spark, UpstreamProviders.RentCast]).Order(StringComparer.Ordinal);
        return new UsageReport(
            first.ToString("yyyy-MM", CultureInfo.InvariantCulture), days,
            [.. providers.Select(provider => Sum(
                provider, days.Where(line => line.Provider == provider).ToList(), quotas.FirstOrDefault(quota => quota.Provider == provider),
                further.GetValueOrDefault(provider)))]);
    }

    ProviderUsage Sum(string provider, List<UsageLine> days, Quota? quota, int further)
    {
        var (calls, cost) = (days.Sum(line => line.Calls), days.Sum(line => line.Cost));
        return new ProviderUsage(
            provider, calls, days.Sum(line => line.Failures), cost, quota?.Cap, quota?.Cap is { } cap ? Math.Max(0, cap - quota.Calls) : null,
            new UsageForecast(calls + further, cost + (further * forecaster.CostPerCall(provider))));
    }

    static TenantStatement SelectDays(DateOnly first) => new(
        """
        select day, provider, operation, calls, failures, cost from api_usage
        where organization_id = $1 and day >= $2 and day < $3 and calls > 0
        order by day, provider, operation
        """, first, first.AddMonths(1));

    static UsageLine ReadDay(NpgsqlDataReader row) =>
        new(row.GetFieldValue<DateOnly>(0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetInt32(4), row.GetDecimal(5));

    static TenantStatement SelectQuotas(DateOnly first) => new(
        "select provider, cap, case when month < $2 then 0 else calls end from usage_budgets where organization_id = $1", first);

    static Quota ReadQuota(NpgsqlDataReader row) => new(row.GetString(0), row.GetNullable<int?>(1), row.GetInt32(2));

    static DateOnly Parse(string month) =>
        DateOnly.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) && first.Year >= 2000
            ? first : throw new ValidationException("month", "must be a month such as 2026-11.");
}
