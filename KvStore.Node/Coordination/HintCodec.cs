using System.Buffers.Binary;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>A hint as it stands in the log, little-endian: target (16) · epoch (4) · key length (2) · key · record (rest).</summary>
internal static class HintCodec
{
    private const int FixedLength = MemberId.Size + 4 + 2;

    public static int LengthOf(in Key key, in RegisterRecord record) => FixedLength + key.Length + RegisterCodec.LengthOf(record);

    public static byte[] Encode(Hint hint)
    {
        byte[] bytes = new byte[LengthOf(hint.Key, hint.Record)];
        hint.Target.WriteTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(MemberId.Size), hint.Epoch.Number);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(MemberId.Size + 4), (ushort)hint.Key.Length);
        hint.Key.Span.CopyTo(bytes.AsSpan(FixedLength));
        RegisterCodec.Write(hint.Record, bytes.AsSpan(FixedLength + hint.Key.Length));
        return bytes;
    }

    /// <exception cref="FormatException">The bytes are not a hint.</exception>
    public static Hint Decode(long number, ReadOnlyMemory<byte> payload, long made)
    {
        ReadOnlySpan<byte> bytes = payload.Span;
        int keyLength = bytes.Length < FixedLength ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes[(MemberId.Size + 4)..]);
        if (keyLength is 0 or > Key.LengthMax
            || bytes.Length <= FixedLength + keyLength
            || !RegisterCodec.TryRead(payload[(FixedLength + keyLength)..], out RegisterRecord record))
        {
            throw new FormatException("A hint in the log cannot be read.");
        }

        return new Hint(
            number,
            MemberId.ReadFrom(bytes),
            new Epoch(BinaryPrimitives.ReadUInt32LittleEndian(bytes[MemberId.Size..])),
            new Key(bytes.Slice(FixedLength, keyLength).ToArray()),
            record,
            made);
    }
}
