using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace KvStore.Node.Ring;

/// <summary>A key's bytes with the slot and hash that everything looks it up by. Two keys are equal if their bytes are.</summary>
internal readonly struct Key : IEquatable<Key>
{
    /// <summary>Longer keys are refused at the front end.</summary>
    public const int LengthMax = 4096;

    private readonly byte[] _bytes;

    /// <param name="bytes">1 to <see cref="LengthMax"/> bytes, not written to afterwards.</param>
    public Key(byte[] bytes)
    {
        Invariant.Holds(bytes.Length is > 0 and <= LengthMax);
        _bytes = bytes;
        Hash = HashOf(bytes);
        Slot = Slots.Of(bytes);
    }

    public Slot Slot { get; }

    /// <summary>The same in every process and on every machine.</summary>
    public ulong Hash { get; }

    public ReadOnlySpan<byte> Span => _bytes;

    public ReadOnlyMemory<byte> Memory => _bytes;

    public int Length => _bytes.Length;

    public bool Equals(Key other) => Hash == other.Hash && Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is Key other && Equals(other);

    public override int GetHashCode() => (int)(Hash ^ (Hash >> 32));

    /// <summary>For people: UTF-8 where it is, with anything unprintable escaped.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        foreach (Rune rune in Encoding.UTF8.GetString(_bytes).EnumerateRunes())
        {
            text.Append(Rune.IsControl(rune) ? $"\\u{rune.Value:x4}" : rune.ToString());
        }

        return text.ToString();
    }

    private static ulong HashOf(ReadOnlySpan<byte> bytes)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        ulong hash = (ulong)bytes.Length * Multiplier;
        while (bytes.Length >= 8)
        {
            hash = BitOperations.RotateLeft((hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * Multiplier, 29);
            bytes = bytes[8..];
        }

        ulong tail = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            tail |= (ulong)bytes[i] << (8 * i);
        }

        hash = (hash ^ tail) * Multiplier;
        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93;
        return hash ^ (hash >> 32);
    }
}
