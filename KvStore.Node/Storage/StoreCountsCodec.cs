using System.Buffers;
using System.Buffers.Binary;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>
/// <see cref="StoreCounts"/> as bytes, for a checkpoint. Little-endian: version (1) · number of slots (4), then of each slot
/// that has anything: number (2) · keys (8) · tombstones (8) · bytes (8) · floor (14) · digest of what is no tombstone (16) ·
/// whether a ledger follows (1: 0 none, 1 known, 2 unknown); the ledger: listed (4) · ballot (14) and digest (16) of each · rest
/// (8) · its sum (16) · boundary (14). The caller keeps the checksum.
/// </summary>
internal static class StoreCountsCodec
{
    private const byte Version = 1;
    private const int HeaderLength = 5;
    private const int FixedLength = 2 + 8 + 8 + 8 + Ballot.EncodedLength + SlotDigest.EncodedLength + 1;
    private const int ListedLength = Ballot.EncodedLength + SlotDigest.EncodedLength;
    private const int LedgerLength = 4 + 8 + SlotDigest.EncodedLength + Ballot.EncodedLength;

    private const byte NoLedger = 0;
    private const byte KnownLedger = 1;
    private const byte UnknownLedger = 2;

    /// <summary>Call while no lane changes the counts. Takes up to two milliseconds a million tombstones, else far less than one.</summary>
    public static void WriteTo(this StoreCounts counts, IBufferWriter<byte> destination)
    {
        Slot[] slots = [.. Enumerable.Range(0, Slot.Count).Select(number => new Slot(number)).Where(slot => counts.FiguresOf(slot) is not null)];
        Span<byte> header = destination.GetSpan(HeaderLength);
        header[0] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(header[1..], slots.Length);
        destination.Advance(HeaderLength);
        foreach (Slot slot in slots)
        {
            Write(slot, counts.FiguresOf(slot)!, destination);
        }
    }

    /// <returns>False if the bytes are no such counts.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out StoreCounts counts)
    {
        counts = new StoreCounts();
        if (source.Length < HeaderLength || source[0] != Version)
        {
            return false;
        }

        int left = BinaryPrimitives.ReadInt32LittleEndian(source[1..]);
        source = source[HeaderLength..];
        while (left > 0 && TryReadSlot(ref source, counts))
        {
            left--;
        }

        return left == 0 && source.IsEmpty;
    }

    private static void Write(Slot slot, SlotFigures figures, IBufferWriter<byte> destination)
    {
        Span<byte> bytes = destination.GetSpan(FixedLength);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, slot.Number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[2..], figures.Keys);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[10..], figures.Tombstones);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[18..], figures.ValueBytes);
        figures.Floor.WriteTo(bytes[26..]);
        figures.Others.WriteTo(bytes[40..]);
        bytes[56] = figures.Ledger switch
        {
            null => NoLedger,
            { IsKnown: true } => KnownLedger,
            _ => UnknownLedger,
        };
        destination.Advance(FixedLength);
        if (figures.Ledger is { } ledger)
        {
            Write(ledger, destination);
        }
    }

    private static void Write(TombstoneLedger ledger, IBufferWriter<byte> destination)
    {
        int length = LedgerLength + (ledger.Lowest.Length * ListedLength);
        Span<byte> bytes = destination.GetSpan(length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, ledger.Lowest.Length);
        bytes = bytes[4..];
        foreach ((Ballot ballot, SlotDigest digest) in ledger.Lowest)
        {
            ballot.WriteTo(bytes);
            digest.WriteTo(bytes[Ballot.EncodedLength..]);
            bytes = bytes[ListedLength..];
        }

        BinaryPrimitives.WriteInt64LittleEndian(bytes, ledger.RestCount);
        ledger.RestSum.WriteTo(bytes[8..]);
        ledger.Boundary.WriteTo(bytes[(8 + SlotDigest.EncodedLength)..]);
        destination.Advance(length);
    }

    private static bool TryReadSlot(ref ReadOnlySpan<byte> source, StoreCounts counts)
    {
        if (source.Length < FixedLength || BinaryPrimitives.ReadUInt16LittleEndian(source) >= Slot.Count)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = source[..FixedLength];
        source = source[FixedLength..];
        TombstoneLedger? ledger = null;
        if (bytes[56] != NoLedger && !TryReadLedger(ref source, bytes[56] == KnownLedger, out ledger))
        {
            return false;
        }

        counts.Restore(
            new Slot(BinaryPrimitives.ReadUInt16LittleEndian(bytes)),
            SlotFigures.Restored(
                StoreCounts.TombstonesListedMax,
                Ballot.ReadFrom(bytes[26..]),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[2..]),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[10..]),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[18..]),
                SlotDigest.ReadFrom(bytes[40..]),
                ledger));
        return true;
    }

    private static bool TryReadLedger(ref ReadOnlySpan<byte> source, bool isKnown, out TombstoneLedger? ledger)
    {
        ledger = null;
        int listed = source.Length < LedgerLength ? -1 : BinaryPrimitives.ReadInt32LittleEndian(source);
        if (listed < 0 || (source.Length - LedgerLength) / ListedLength < listed)
        {
            return false;
        }

        source = source[4..];
        (Ballot, SlotDigest)[] lowest = new (Ballot, SlotDigest)[listed];
        for (int i = 0; i < listed; i++)
        {
            lowest[i] = (Ballot.ReadFrom(source), SlotDigest.ReadFrom(source[Ballot.EncodedLength..]));
            source = source[ListedLength..];
        }

        ledger = TombstoneLedger.Restored(
            StoreCounts.TombstonesListedMax,
            isKnown,
            lowest,
            BinaryPrimitives.ReadInt64LittleEndian(source),
            SlotDigest.ReadFrom(source[8..]),
            Ballot.ReadFrom(source[(8 + SlotDigest.EncodedLength)..]));
        source = source[(LedgerLength - 4)..];
        return true;
    }
}
