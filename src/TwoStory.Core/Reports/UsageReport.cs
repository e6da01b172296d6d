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
