using System.Numerics;

namespace KvStore.Tests.Simulation;

/// <summary>
/// A running hash of what happened: two runs with equal hashes took the same steps at the same virtual times. The same on
/// every machine and in every process, unlike <see cref="HashCode"/>.
/// </summary>
internal sealed class TraceHash
{
    private const ulong Multiplier = 0x9FB21C651E98DF25;

    public ulong Value { get; private set; } = 0xCBF29CE484222325;

    public void Add(long number)
    {
        Value = BitOperations.RotateLeft((Value ^ (ulong)number) * Multiplier, 29);
    }

    public void Add(ReadOnlySpan<char> text)
    {
        Add(text.Length);
        foreach (var c in text)
        {
            Add(c);
        }
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add(bytes.Length);
        foreach (var b in bytes)
        {
            Add(b);
        }
    }

    public override string ToString() => Value.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
