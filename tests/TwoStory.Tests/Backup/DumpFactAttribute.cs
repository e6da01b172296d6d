namespace TwoStory.Tests.Backup;

/// <summary>A test of PostgreSQL's own programs: left out on a machine that has only the server, but not by CI.</summary>
sealed class DumpFactAttribute : FactAttribute
{
    public DumpFactAttribute()
    {
        if (DumpPrograms.Folder is null && Environment.GetEnvironmentVariable("CI") is null) Skip = "There is no pg_dump beside PostgreSQL's programs on this machine.";
    }
}
