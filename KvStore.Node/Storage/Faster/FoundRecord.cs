using KvStore.Node.Registers;

namespace KvStore.Node.Storage.Faster;

/// <summary>Where a read of the data log puts what it finds. The log's memory is reused, so it is always a copy.</summary>
internal struct FoundRecord
{
    /// <summary>Room for the bytes of the record, replaced where it is too small; null to have them as memory that is nobody else's.</summary>
    public byte[]? Room { get; set; }

    /// <summary>The record as it is encoded.</summary>
    public Memory<byte> Encoded { get; set; }

    /// <summary>Where it stands in the data log, or stood when the disk was asked; 0 if there is none.</summary>
    public long Address { get; set; }

    /// <summary>Shares the memory of <see cref="Encoded"/>.</summary>
    public readonly RegisterRecord Decode()
    {
        Invariant.Holds(RegisterCodec.TryRead(Encoded, out RegisterRecord record));
        return record;
    }
}
