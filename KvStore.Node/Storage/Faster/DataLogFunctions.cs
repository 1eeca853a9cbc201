using FASTER.core;
using KvStore.Node.Registers;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// How records go into and out of the data log. Where FASTER may still change a record, one that takes the same place goes over it;
/// so only the key's lane, and whoever holds it, may look at its value there. What is read is copied, because the log's memory
/// is reused.
/// </summary>
internal sealed class DataLogFunctions(Action<PendingRead, RegisterRecord> completed)
    : FunctionsBase<SpanByte, SpanByte, SpanByte, FoundRecord, PendingRead>
{
    /// <summary>FASTER's, of records and of the values in them.</summary>
    private const int RecordAlignment = 8;

    public override bool SingleReader(
        ref SpanByte key, ref SpanByte input, ref SpanByte value, ref FoundRecord dst, ref ReadInfo readInfo) => Copy(ref value, ref dst, readInfo.Address);

    public override bool ConcurrentReader(
        ref SpanByte key, ref SpanByte input, ref SpanByte value, ref FoundRecord dst, ref ReadInfo readInfo) => Copy(ref value, ref dst, readInfo.Address);

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
        ref SpanByte key, ref SpanByte input, ref SpanByte src, ref SpanByte dst, ref FoundRecord output, ref UpsertInfo upsertInfo)
    {
        if (PlaceOf(src.TotalSize) != PlaceOf(dst.TotalSize))
        {
            return false; // whoever goes through the log goes by the lengths
        }

        dst.Length = src.Length;
        src.CopyTo(ref dst);
        return true;
    }

    /// <summary>The mark of a removed key has no value.</summary>
    public override bool SingleDeleter(ref SpanByte key, ref SpanByte value, ref DeleteInfo deleteInfo) => true;

    public override bool ConcurrentDeleter(ref SpanByte key, ref SpanByte value, ref DeleteInfo deleteInfo) => false;

    public override void ReadCompletionCallback(
        ref SpanByte key, ref SpanByte input, ref FoundRecord output, PendingRead ctx, Status status, RecordMetadata recordMetadata)
    {
        ctx.Address = output.Address;
        completed(ctx, status.Found ? output.Decode() : RegisterRecord.Absent);
    }

    /// <summary>The bytes that a value takes in the log.</summary>
    private static int PlaceOf(int totalSize) => (totalSize + RecordAlignment - 1) / RecordAlignment * RecordAlignment;

    private static bool Copy(ref SpanByte value, ref FoundRecord found, long address)
    {
        found.Address = address;
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
