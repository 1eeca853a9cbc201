using System.Buffers.Binary;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Log;

/// <summary>
/// What a frame carries. Little-endian. A record: key length (2) · key · record (<see cref="RegisterCodec"/>). A fact: kind (1)
/// · number (8) · payload. A purge or removal: key length (2) · key · ballot of the record that goes (14).
/// </summary>
internal static class LogPayload
{
    private const int KeyLengthSize = 2;
    private const int FactHeaderLength = 9;

    /// <summary>The longest there is when values are at most so long: a fact that carries a key and its record.</summary>
    public static int LengthMax(int valueBytesMax) =>
        FactHeaderLength + Fact.PayloadSlack + KeyLengthSize + Key.LengthMax + RegisterCodec.OverheadMax + valueBytesMax;

    public static int LengthOf(in StoreEntry entry) => entry.Kind switch
    {
        StoreEntryKind.Record => KeyLengthSize + entry.Key.Length + RegisterCodec.LengthOf(entry.Record),
        StoreEntryKind.Fact => FactHeaderLength + entry.Fact.Payload.Length,
        StoreEntryKind.Purge or StoreEntryKind.Removal => KeyLengthSize + entry.Key.Length + Ballot.EncodedLength,
        _ => throw new InvariantViolation($"Unknown entry kind {entry.Kind}"),
    };

    public static void Write(in StoreEntry entry, Span<byte> destination)
    {
        switch (entry.Kind)
        {
            case StoreEntryKind.Fact:
                destination[0] = (byte)entry.Fact.Kind;
                BinaryPrimitives.WriteInt64LittleEndian(destination[1..], entry.Fact.Number);
                entry.Fact.Payload.Span.CopyTo(destination[FactHeaderLength..]);
                return;
            case StoreEntryKind.Record:
                RegisterCodec.Write(entry.Record, destination[WriteKey(entry.Key, destination)..]);
                return;
            case StoreEntryKind.Purge or StoreEntryKind.Removal:
                entry.Purged.WriteTo(destination[WriteKey(entry.Key, destination)..]);
                return;
            default:
                throw new InvariantViolation($"Unknown entry kind {entry.Kind}");
        }
    }

    /// <summary>Reads a record; what comes back shares <paramref name="payload"/>'s memory.</summary>
    public static bool TryReadRecord(Memory<byte> payload, out ReplayedEntry entry)
    {
        bool isRead = TryReadKey(payload, out Memory<byte> key, out Memory<byte> encoded)
            & RegisterCodec.TryRead(encoded, out RegisterRecord record);
        entry = new ReplayedEntry(key, encoded, record, Ballot.Zero, RaisesFloor: false);
        return isRead;
    }

    /// <summary>Reads a purge or a removal; its key shares <paramref name="payload"/>'s memory.</summary>
    public static bool TryReadPurge(Memory<byte> payload, bool raisesFloor, out ReplayedEntry entry)
    {
        entry = default;
        if (!TryReadKey(payload, out Memory<byte> key, out Memory<byte> ballot) || ballot.Length != Ballot.EncodedLength)
        {
            return false;
        }

        entry = new ReplayedEntry(key, default, RegisterRecord.Absent, Ballot.ReadFrom(ballot.Span), raisesFloor);
        return true;
    }

    /// <summary>Reads a fact; its payload is a copy.</summary>
    public static bool TryReadFact(ReadOnlySpan<byte> payload, out Fact fact)
    {
        fact = default;
        if (payload.Length < FactHeaderLength)
        {
            return false;
        }

        fact = new Fact(
            (FactKind)payload[0],
            BinaryPrimitives.ReadInt64LittleEndian(payload[1..]),
            payload[FactHeaderLength..].ToArray());
        return fact.IsWellFormed;
    }

    private static int WriteKey(in Key key, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)key.Length);
        key.Span.CopyTo(destination[KeyLengthSize..]);
        return KeyLengthSize + key.Length;
    }

    private static bool TryReadKey(Memory<byte> payload, out Memory<byte> key, out Memory<byte> rest)
    {
        key = default;
        rest = default;
        if (payload.Length < KeyLengthSize)
        {
            return false;
        }

        int keyLength = BinaryPrimitives.ReadUInt16LittleEndian(payload.Span);
        if (keyLength is 0 or > Key.LengthMax || KeyLengthSize + keyLength > payload.Length)
        {
            return false;
        }

        key = payload.Slice(KeyLengthSize, keyLength);
        rest = payload[(KeyLengthSize + keyLength)..];
        return true;
    }
}
