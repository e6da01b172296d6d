namespace TwoStory.Local.Postgres;

/// <summary>What the embedded PostgreSQL is started with.</summary>
sealed record PostgresOptions
{
    /// <summary>The folder that keeps the database between starts; made when it is not there.</summary>
    public string DataDirectory { get; init; } = ".twostory";

    /// <summary>Server settings that are added to, or take the place of, the built-in ones (<c>fsync</c> = <c>off</c>).</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Use the pinned npm package even where the machine has a PostgreSQL of its own.</summary>
    public bool ForceNpm { get; init; }
}
