namespace TwoStory.Local.Commands;

/// <summary>What the user chose on the command line.</summary>
/// <param name="Port">Of localhost; 0 takes a free one.</param>
/// <param name="DataFolder">Where the database, the keys and the mail are kept.</param>
/// <param name="DatabaseUrl">A PostgreSQL to use; null starts one.</param>
/// <param name="SalesFile">Closed sales for the simulated MLS; null makes some up.</param>
/// <param name="SalesAsOf">The day of that file which becomes today.</param>
sealed record ServeOptions(int Port, string DataFolder, string? DatabaseUrl, bool Demo, string? SalesFile, DateOnly? SalesAsOf, bool RealUpstreams);
