using System.Buffers.Binary;
using System.Diagnostics;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>
/// A hint as it stands in the log, little-endian: target (16) · epoch (4) · key length (2) · key · record (rest). If the highest
/// bit of the key length is set, the write was traced, and its trace id (16) and span id (8) stand before the key.
/// </summary>
internal static class HintCodec
{
    private const int FixedLength = MemberId.Size + 4 + 2;
    private const int TraceIdLength = 16;
    private const int SpanIdLength = 8;
    private const int TraceLength = TraceIdLength + SpanIdLength;
    private const ushort IsTraced = 0x8000;

    public static int LengthOf(Hint hint) =>
        FixedLength + (hint.Write == default ? 0 : TraceLength) + hint.Key.Length + RegisterCodec.LengthOf(hint.Record);

    public static byte[] Encode(Hint hint)
    {
        byte[] bytes = new byte[LengthOf(hint)];
        bool isTraced = hint.Write != default;
        int keyAt = FixedLength + (isTraced ? TraceLength : 0);
        hint.Target.WriteTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(MemberId.Size), hint.Epoch.Number);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(MemberId.Size + 4), (ushort)(hint.Key.Length | (isTraced ? IsTraced : 0)));
        if (isTraced)
        {
            hint.Write.TraceId.CopyTo(bytes.AsSpan(FixedLength, TraceIdLength));
            hint.Write.SpanId.CopyTo(bytes.AsSpan(FixedLength + TraceIdLength, SpanIdLength));
        }

        hint.Key.Span.CopyTo(bytes.AsSpan(keyAt));
        RegisterCodec.Write(hint.Record, bytes.AsSpan(keyAt + hint.Key.Length));
        return bytes;
    }

    /// <exception cref="FormatException">The bytes are not a hint.</exception>
    public static Hint Decode(long number, ReadOnlyMemory<byte> payload, long made)
    {
        ReadOnlySpan<byte> bytes = payload.Span;
        int lengths = bytes.Length < FixedLength ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes[(MemberId.Size + 4)..]);
        bool isTraced = (lengths & IsTraced) != 0;
        int keyLength = lengths & ~IsTraced;
        int keyAt = FixedLength + (isTraced ? TraceLength : 0);
        if (keyLength is 0 or > Key.LengthMax
            || bytes.Length <= keyAt + keyLength
            || !RegisterCodec.TryRead(payload[(keyAt + keyLength)..], out RegisterRecord record))
        {
            throw new FormatException("A hint in the log cannot be read.");
        }

        return new Hint(
            number,
            MemberId.ReadFrom(bytes),
            new Epoch(BinaryPrimitives.ReadUInt32LittleEndian(bytes[MemberId.Size..])),
            new Key(bytes.Slice(keyAt, keyLength).ToArray()),
            record,
            made)
        {
            Write = isTraced ? ReadTrace(bytes[FixedLength..]) : default,
        };
    }

    private static ActivityContext ReadTrace(ReadOnlySpan<byte> bytes) => new(
        ActivityTraceId.CreateFromBytes(bytes[..TraceIdLength]),
        ActivitySpanId.CreateFromBytes(bytes[TraceIdLength..TraceLength]),
        ActivityTraceFlags.Recorded,
        isRemote: true);
}
