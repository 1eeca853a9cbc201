using FASTER.core;

namespace KvStore.Node.Storage.Faster;

/// <summary>How compaction uses FASTER: a read gives only the address of a key's latest record, a write copies.</summary>
internal sealed class CompactionFunctions : FunctionsBase<SpanByte, SpanByte, SpanByte, long, CompactedRecord>
{
    public override bool SingleReader(ref SpanByte key, ref SpanByte input, ref SpanByte value, ref long dst, ref ReadInfo readInfo)
    {
        dst = readInfo.Address;
        return true;
    }

    public override bool ConcurrentReader(ref SpanByte key, ref SpanByte input, ref SpanByte value, ref long dst, ref ReadInfo readInfo) =>
        SingleReader(ref key, ref input, ref value, ref dst, ref readInfo);

    /// <summary>The metadata's address is that of the first record in the chain that was read, not of the one found.</summary>
    public override void ReadCompletionCallback(
        ref SpanByte key, ref SpanByte input, ref long output, CompactedRecord ctx, Status status, RecordMetadata recordMetadata) =>
        ctx.LatestAddress = status.Found ? output : 0;

    public override bool SingleWriter(
        ref SpanByte key, ref SpanByte input, ref SpanByte src, ref SpanByte dst, ref long output, ref UpsertInfo upsertInfo, WriteReason reason)
    {
        src.CopyTo(ref dst);
        return true;
    }

    public override bool ConcurrentWriter(
        ref SpanByte key, ref SpanByte input, ref SpanByte src, ref SpanByte dst, ref long output, ref UpsertInfo upsertInfo) => false;
}
