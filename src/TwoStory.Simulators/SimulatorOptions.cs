namespace TwoStory.Simulators;

/// <summary>
/// How the simulated providers behave. The limits are read at each request, so a test may change them while it runs;
/// a limit of null is none.
/// </summary>
sealed class SimulatorOptions
{
    /// <summary>CSV of closed sales to load instead of the generated ones.</summary>
    public string? SalesFile { get; set; }

    /// <summary>The day of <see cref="SalesFile"/> that becomes today; without it the file's last close date.</summary>
    public DateOnly? SalesAsOf { get; set; }

    /// <summary>IANA name of the zone that determines the current date.</summary>
    public string TimeZone { get; set; } = "America/Los_Angeles";

    /// <summary>Decides the world, and the chance of faults that give no seed of their own.</summary>
    public int Seed { get; set; } = 20;

    /// <summary>Whether the demo's neighbourhoods are built.</summary>
    public bool DemoWorld { get; set; } = true;

    /// <summary>How long every provider takes before it looks at a request.</summary>
    public TimeSpan Latency { get; set; } = TimeSpan.Zero;

    /// <summary>Requests per <see cref="SparkWindow"/> of a <c>sim-idx</c> credential.</summary>
    public int? SparkIdxLimit { get; set; } = 1500;

    /// <summary>Requests per <see cref="SparkWindow"/> of a <c>sim-vow</c> credential.</summary>
    public int? SparkVowLimit { get; set; } = 4000;

    /// <summary>Requests per <see cref="SparkWindow"/> of a <c>sim-replication</c> credential.</summary>
    public int? SparkReplicationLimit { get; set; } = 1500;

    public TimeSpan SparkWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest $filter, in characters after decoding.</summary>
    public int SparkMaxFilterLength { get; set; } = 8000;

    /// <summary>The most geo.intersects in one $filter.</summary>
    public int? SparkMaxPolygons { get; set; }

    /// <summary>How long a token from the grant endpoint lives.</summary>
    public TimeSpan SparkTokenLife { get; set; } = TimeSpan.FromDays(1);

    /// <summary>RentCast's published hard limit, per key.</summary>
    public int? RentCastPerSecond { get; set; } = 20;

    /// <summary>A further limit per key and <see cref="RentCastWindow"/>.</summary>
    public int? RentCastLimit { get; set; }

    public TimeSpan RentCastWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>For all callers together.</summary>
    public int? NominatimLimit { get; set; } = 1;

    public TimeSpan NominatimWindow { get; set; } = TimeSpan.FromSeconds(1);

    public int? CensusLimit { get; set; }

    public TimeSpan CensusWindow { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Per key.</summary>
    public int? ResendLimit { get; set; } = 10;

    public TimeSpan ResendWindow { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The folder that keeps mail for the next start; without it mail is lost when the process ends.</summary>
    public string? MailboxFolder { get; set; }

    /// <summary>The window in which a provider's busiest moment is measured.</summary>
    public TimeSpan WindowOf(string provider) => provider switch
    {
        ProviderNames.Spark => SparkWindow,
        ProviderNames.RentCast => RentCastWindow,
        ProviderNames.Nominatim => NominatimWindow,
        ProviderNames.Census => CensusWindow,
        _ => ResendWindow,
    };
}
