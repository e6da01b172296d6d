namespace TwoStory.Core.Jobs;

/// <summary>A run as its organization sees it.</summary>
public sealed record JobReport(
    Guid Id, string Kind, JobState State, DateTime CreatedAt, DateTime? StartedAt, DateTime? FinishedAt, DateTime? WaitUntil,
    JobProgress Progress, JobCounts Counts, JobRequests Requests, IReadOnlyList<JobError> Errors);

/// <param name="Done">Batches of work that are finished, well or not.</param>
/// <param name="Total">Batches known so far; those that tell are known when those that ask are done.</param>
public sealed record JobProgress(int Done, int Total);

/// <param name="Leads">Leads looked after.</param>
/// <param name="Sales">Distinct listings fetched.</param>
/// <param name="Matches">Pairs of lead and sale.</param>
/// <param name="Alerts">Notifications made.</param>
/// <param name="Emails">E-mails put into the outbox.</param>
/// <param name="Failures">Leads or areas that ended in an error.</param>
public sealed record JobCounts(int Leads, int Sales, int Matches, int Alerts, int Emails, int Failures);

/// <param name="Spark">Requests made to Spark.</param>
/// <param name="SparkFloor">The pages that hold the distinct matching listings, at the key's page size: no plan needs fewer.</param>
/// <param name="RentCast">Requests made to RentCast.</param>
public sealed record JobRequests(int Spark, int SparkFloor, int RentCast);

/// <summary>Something that went wrong, with the narrowest thing it concerns.</summary>
public sealed record JobError(Guid OrganizationId, Guid? LeadId, string Code, string Message);
