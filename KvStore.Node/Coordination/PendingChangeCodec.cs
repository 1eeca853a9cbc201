using System.Buffers.Binary;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>
/// A change acknowledged at level one as it stands in the log, little-endian: ballot (14) · kind (1) · expires at (8) ·
/// key length (2) · key · value (rest).
/// </summary>
internal static class PendingChangeCodec
{
    private const int FixedLength = Ballot.EncodedLength + 1 + 8 + 2;

    /// <param name="change">A put or delete with <see cref="Change.UnlessPassed"/> set.</param>
    public static byte[] Encode(in Key key, Change change)
    {
        Invariant.Holds(change.IsUnconditional && !change.UnlessPassed.IsZero);
        byte[] bytes = new byte[FixedLength + key.Length + change.Value.Length];
        change.UnlessPassed.WriteTo(bytes);
        bytes[14] = (byte)change.Kind;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(15), change.ExpiresAt);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(23), (ushort)key.Length);
        key.Span.CopyTo(bytes.AsSpan(FixedLength));
        change.Value.Span.CopyTo(bytes.AsSpan(FixedLength + key.Length));
        return bytes;
    }

    /// <exception cref="FormatException">The bytes are not a pending change.</exception>
    public static (Key Key, Change Change) Decode(ReadOnlyMemory<byte> payload)
    {
        ReadOnlySpan<byte> bytes = payload.Span;
        int keyLength = bytes.Length < FixedLength ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes[23..]);
        if (keyLength is 0 or > Key.LengthMax || bytes.Length < FixedLength + keyLength || (ChangeKind)bytes[14] is not (ChangeKind.Put or ChangeKind.Delete))
        {
            throw new FormatException("A pending change in the log cannot be read.");
        }

        Change change = new()
        {
            Kind = (ChangeKind)bytes[14],
            UnlessPassed = Ballot.ReadFrom(bytes),
            ExpiresAt = BinaryPrimitives.ReadInt64LittleEndian(bytes[15..]),
            Value = payload[(FixedLength + keyLength)..],
        };
        return (new Key(bytes.Slice(FixedLength, keyLength).ToArray()), change);
    }
}
