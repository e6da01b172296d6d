using System.Collections.Concurrent;
using TwoStory.Simulators.Geocoders;

namespace TwoStory.Simulators.RentCast;

/// <summary>Values that a test has set for addresses, in place of the simulated ones.</summary>
sealed class ValueOverrides(AddressBook addresses)
{
    readonly ConcurrentDictionary<string, decimal> values = [];

    /// <param name="address">One line; case, punctuation and abbreviations do not matter.</param>
    /// <param name="value">USD; null clears it.</param>
    public void Set(string address, decimal? value)
    {
        if (value is { } dollars)
        {
            values[Key(address)] = dollars;
        }
        else
        {
            values.TryRemove(Key(address), out _);
        }
    }

    public decimal? For(string address) => !values.IsEmpty && values.TryGetValue(Key(address), out var value) ? value : null;

    string Key(string address) => AddressWords.Key(addresses.Find(addresses.Read(address))?.Address.OneLine ?? address);
}
