using System.Buffers.Binary;
using System.Numerics;

namespace KvStore.Tests.Simulation;

/// <summary>
/// A generator that is ours, so that a seed found today replays on every later runtime: xoshiro256** (Blackman and Vigna),
/// its state filled by splitmix64. One per concern (<see cref="RandomStreams"/>).
/// </summary>
internal sealed class SeededRandom : Random
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    public SeededRandom(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    internal SeededRandom(ulong s0, ulong s1, ulong s2, ulong s3)
    {
        (_s0, _s1, _s2, _s3) = (s0, s1, s2, s3);
    }

    /// <summary>The next word of the splitmix64 sequence that <paramref name="state"/> is at.</summary>
    public static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var word = state;
        word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
        word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
        return word ^ (word >> 31);
    }

    /// <summary>64 uniform bits.</summary>
    public ulong NextWord()
    {
        var word = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return word;
    }

    /// <summary>True once in <paramref name="probability"/>. Draws even when the answer is certain, so that rates can change mid-run.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>A time from zero up to <paramref name="max"/>, to a tick.</summary>
    public TimeSpan NextTime(TimeSpan max) => TimeSpan.FromTicks(NextInt64(max.Ticks + 1));

    /// <summary>A time in the range, both ends included.</summary>
    public TimeSpan NextTime(TimeSpan min, TimeSpan max) => min + NextTime(max - min);

    public override int Next() => Next(int.MaxValue);

    public override int Next(int maxValue) => (int)NextInt64(maxValue);

    public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

    public override long NextInt64() => NextInt64(long.MaxValue);

    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (long)Below((ulong)maxValue);
    }

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return minValue + (long)Below((ulong)maxValue - (ulong)minValue);
    }

    public override double NextDouble() => (NextWord() >> 11) * (1.0 / (1UL << 53));

    public override float NextSingle() => (NextWord() >> 40) * (1.0f / (1U << 24));

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        while (!buffer.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, NextWord());
            var count = Math.Min(buffer.Length, word.Length);
            word[..count].CopyTo(buffer);
            buffer = buffer[count..];
        }
    }

    protected override double Sample() => NextDouble();

    // Lemire's way without bias: the upper half of word × bound, redrawn in the rare case where some values would be favoured.
    private ulong Below(ulong bound)
    {
        if (bound == 0)
        {
            return 0;
        }

        var high = Math.BigMul(NextWord(), bound, out var low);
        if (low < bound)
        {
            var uneven = (0 - bound) % bound;
            while (low < uneven)
            {
                high = Math.BigMul(NextWord(), bound, out low);
            }
        }

        return high;
    }
}
