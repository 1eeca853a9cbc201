using FASTER.core;
using KvStore.Node.Registers;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// How records go into and out of the data log. A record there is never changed in place: scans and readers of other threads
/// would see half of it. What is read is copied, because the log's memory is reused.
/// </summary>
internal sealed class DataLogFunctions(Action<PendingRead, RegisterRecord> completed)
    : FunctionsBase<SpanByte, SpanByte, SpanByte, FoundRecord, PendingRead>
{
    public override bool SingleReader(
        ref SpanByte key, ref SpanByte input, ref SpanByte value, ref FoundRecord dst, ref ReadInfo readInfo) => Copy(ref value, ref dst);

    public override bool ConcurrentReader(
        ref SpanByte key, ref SpanByte input, ref SpanByte value, ref FoundRecord dst, ref ReadInfo readInfo) => Copy(ref value, ref dst);

    public override bool SingleWriter(
        ref SpanByte key,
        ref SpanByte input,
        ref SpanByte src,
        ref SpanByte dst,
        ref FoundRecord output,
        ref UpsertInfo upsertInfo,
        WriteReason reason)
    {
        src.CopyTo(ref dst);
        return true;
    }

    public override bool ConcurrentWriter(
        ref SpanByte key, ref SpanByte input, ref SpanByte src, ref SpanByte dst, ref FoundRecord output, ref UpsertInfo upsertInfo) => false;

    /// <summary>The mark of a removed key has no value.</summary>
    public override bool SingleDeleter(ref SpanByte key, ref SpanByte value, ref DeleteInfo deleteInfo) => true;

    public override bool ConcurrentDeleter(ref SpanByte key, ref SpanByte value, ref DeleteInfo deleteInfo) => false;

    public override void ReadCompletionCallback(
        ref SpanByte key, ref SpanByte input, ref FoundRecord output, PendingRead ctx, Status status, RecordMetadata recordMetadata) =>
        completed(ctx, status.Found ? output.Decode() : RegisterRecord.Absent);

    private static bool Copy(ref SpanByte value, ref FoundRecord found)
    {
        if (found.Room is null)
        {
            found.Encoded = value.ToByteArray();
            return true;
        }

        if (found.Room.Length < value.Length)
        {
            found.Room = GC.AllocateUninitializedArray<byte>(value.Length);
        }

        value.AsReadOnlySpan().CopyTo(found.Room);
        found.Encoded = found.Room.AsMemory(0, value.Length);
        return true;
    }
}
