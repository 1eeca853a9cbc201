using System.Diagnostics;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>A committed record that one replica has not acknowledged.</summary>
internal sealed class Hint(long number, MemberId target, Epoch epoch, Key key, RegisterRecord record, long made)
{
    /// <summary>Of the fact that keeps it on disk.</summary>
    public long Number { get; } = number;

    public MemberId Target { get; } = target;

    /// <summary>The epoch whose owners the target is one of.</summary>
    public Epoch Epoch { get; } = epoch;

    public Key Key { get; } = key;

    public RegisterRecord Record { get; set; } = record;

    /// <summary>In the lane's milliseconds; of one found at start, when that was.</summary>
    public long Made { get; } = made;

    /// <summary>The span of the write that made the record, where it was traced; else default.</summary>
    public ActivityContext Write { get; init; }

    public bool IsUnderway { get; set; }

    public long Bytes => HintCodec.LengthOf(this);
}
