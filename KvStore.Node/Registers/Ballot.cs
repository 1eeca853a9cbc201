using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace KvStore.Node.Registers;

/// <summary>
/// The number of a round: (epoch, counter, member ordinal) in one total order. This is the only comparison of ballots there
/// is. The counter comes from a <see cref="HybridClock"/>, so that ballots roughly follow time, but no rule depends on it:
/// any counter that is above the member's Bound is correct. A ballot names one state of a register for ever.
/// </summary>
/// <param name="Epoch">The epoch the round lives in; a round never spans two.</param>
/// <param name="Counter">Above zero for every real ballot, at most <see cref="HybridClock.CounterMax"/>.</param>
/// <param name="Ordinal">The issuing member's ordinal in the topology; never reused in a cluster.</param>
[StructLayout(LayoutKind.Auto)] // 16 bytes instead of 24, in every record read
internal readonly record struct Ballot(Epoch Epoch, long Counter, ushort Ordinal) : IComparable<Ballot>
{
    /// <summary>Bytes of the fixed encoding.</summary>
    public const int EncodedLength = 14;

    /// <summary>Before every real ballot: "nothing promised", "nothing accepted".</summary>
    public static readonly Ballot Zero = default;

    public bool IsZero => Counter == 0;

    /// <summary>Whether the counter is one that a clock can have given.</summary>
    public bool IsPossible => Counter is >= 0 and <= HybridClock.CounterMax;

    public int CompareTo(Ballot other)
    {
        int byEpoch = Epoch.CompareTo(other.Epoch);
        if (byEpoch != 0)
        {
            return byEpoch;
        }

        int byCounter = Counter.CompareTo(other.Counter);
        return byCounter != 0 ? byCounter : Ordinal.CompareTo(other.Ordinal);
    }

    public static bool operator <(Ballot left, Ballot right) => left.CompareTo(right) < 0;

    public static bool operator >(Ballot left, Ballot right) => left.CompareTo(right) > 0;

    public static bool operator <=(Ballot left, Ballot right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Ballot left, Ballot right) => left.CompareTo(right) >= 0;

    public static Ballot Max(Ballot left, Ballot right) => left >= right ? left : right;

    /// <summary>Writes the fixed encoding: epoch (4 bytes), counter (8), ordinal (2), little-endian.</summary>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Epoch.Number);
        BinaryPrimitives.WriteInt64LittleEndian(destination[4..], Counter);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[12..], Ordinal);
    }

    public static Ballot ReadFrom(ReadOnlySpan<byte> source) => new(
        new Epoch(BinaryPrimitives.ReadUInt32LittleEndian(source)),
        BinaryPrimitives.ReadInt64LittleEndian(source[4..]),
        BinaryPrimitives.ReadUInt16LittleEndian(source[12..]));

    public override string ToString() => IsZero
        ? "0"
        : string.Create(CultureInfo.InvariantCulture, $"{Epoch.Number}.{Counter:x}.{Ordinal}");
}
