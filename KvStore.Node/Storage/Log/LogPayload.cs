using System.Buffers.Binary;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Log;

/// <summary>
/// What a frame carries. Little-endian. A record: key length (2) · key · record (<see cref="RegisterCodec"/>). A fact: kind (1)
/// · number (8) · payload.
/// </summary>
internal static class LogPayload
{
    private const int KeyLengthSize = 2;
    private const int FactHeaderLength = 9;

    /// <summary>The longest there is when values are at most so long. Facts (topology documents, changes) may be as long.</summary>
    public static int LengthMax(int valueBytesMax) => KeyLengthSize + Key.LengthMax + RegisterCodec.OverheadMax + valueBytesMax;

    public static int LengthOf(in StoreEntry entry) => entry.Kind switch
    {
        StoreEntryKind.Record => KeyLengthSize + entry.Key.Length + RegisterCodec.LengthOf(entry.Record),
        StoreEntryKind.Fact => FactHeaderLength + entry.Fact.Payload.Length,
        _ => throw new InvariantViolation($"Unknown entry kind {entry.Kind}"),
    };

    public static void Write(in StoreEntry entry, Span<byte> destination)
    {
        if (entry.Kind == StoreEntryKind.Fact)
        {
            destination[0] = (byte)entry.Fact.Kind;
            BinaryPrimitives.WriteInt64LittleEndian(destination[1..], entry.Fact.Number);
            entry.Fact.Payload.Span.CopyTo(destination[FactHeaderLength..]);
            return;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)entry.Key.Length);
        entry.Key.Span.CopyTo(destination[KeyLengthSize..]);
        RegisterCodec.Write(entry.Record, destination[(KeyLengthSize + entry.Key.Length)..]);
    }

    /// <param name="payload">Shared by <paramref name="key"/> and <paramref name="encoded"/>.</param>
    /// <param name="encoded">The record's bytes, which <see cref="RegisterCodec"/> reads.</param>
    public static bool TryReadRecord(Memory<byte> payload, out Memory<byte> key, out Memory<byte> encoded)
    {
        key = default;
        encoded = default;
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
        encoded = payload[(KeyLengthSize + keyLength)..];
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
        return true;
    }
}
