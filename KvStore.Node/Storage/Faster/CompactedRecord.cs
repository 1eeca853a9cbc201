using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Faster;

/// <summary>A record of the region that is being compacted, in the memory of <see cref="DataLogCompaction"/>.</summary>
/// <param name="address">Where it is in the data log.</param>
/// <param name="offset">Where its bytes are in that memory.</param>
/// <param name="length">How many there are.</param>
internal sealed class CompactedRecord(Key key, long address, int offset, int length)
{
    public Key Key { get; } = key;

    public int Offset { get; } = offset;

    public int Length { get; } = length;

    /// <summary>Where the latest record of the key was found; nowhere if the key is gone.</summary>
    public long LatestAddress { get; set; }

    public bool IsLatest => LatestAddress == address;
}
