namespace TwoStory.Simulators.World;

/// <summary>Repeatable random numbers (SplitMix64): the same seed gives the same world on every machine and runtime version.</summary>
struct SeededRandom(ulong seed)
{
    ulong state = seed;

    /// <summary>A generator for one named object, so that adding another object does not change this one.</summary>
    public static SeededRandom For(int seed, string name) => new(Hash(name) ^ ((ulong)(uint)seed * 0x9E3779B97F4A7C15));

    /// <summary>FNV-1a: unlike string.GetHashCode, the same in every process.</summary>
    public static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in text)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        return hash;
    }

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 up to but not including 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Between(double low, double high) => low + Unit() * (high - low);

    /// <summary>A whole number from low to high, both included.</summary>
    public int Between(int low, int high) => low + (int)(Next() % (ulong)(high - low + 1));

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Between(0, choices.Count - 1)];
}
