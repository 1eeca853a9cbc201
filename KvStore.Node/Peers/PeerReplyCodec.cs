using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Node.Peers;

/// <summary>
/// A reply's binary form: kind (1) · flags (1, one of them says that the next ballot is promised) · id (8) · epoch (4) · [ballot (14)] · [floor (14)] · record (the rest), handed answer
/// (the rest, <see cref="HandedCodec"/>), digests (the rest, <see cref="SlotCodec"/>) or, after the cursor of a walk, page
/// (complete (1) · entries (4), and per entry key length (2) · key · value length (4) · record length (4) · record). What is said
/// of slots that change hands stands before the page or the digests, where there are any.
/// </summary>
internal static class PeerReplyCodec
{
    private const int FixedLength = 1 + 1 + 8 + 4;
    private const int PageFixedLength = 1 + 4;
    private const int EntryFixedLength = 2 + 4 + 4;

    [Flags]
    private enum Parts : byte
    {
        None = 0,
        Ballot = 1,
        Floor = 2,
        Record = 4,
        Page = 8,
        HoldsNext = 16,
        Handed = 32,
        Digests = 64,
        Cursor = 128,
    }

    /// <summary>Bytes the reply takes, its length prefix not counted.</summary>
    public static long LengthOf(in PeerReply reply)
    {
        Parts parts = PartsOf(reply);
        return FixedLength
            + (Has(parts, Parts.Ballot) ? Ballot.EncodedLength : 0)
            + (Has(parts, Parts.Floor) ? Ballot.EncodedLength : 0)
            + (Has(parts, Parts.Record) ? RegisterCodec.LengthOf(reply.Record) : 0)
            + (reply.Handed is null ? 0 : HandedCodec.LengthOf(reply.Handed))
            + (reply.Next is null ? 0 : SlotCodec.CursorLength)
            + (reply.Slots is null ? 0 : SlotCodec.LengthOf(reply.Slots))
            + (reply.Digests is null ? 0 : SlotCodec.LengthOf(reply.Digests))
            + (reply.Page is null ? 0 : LengthOf(reply.Page));
    }

    /// <param name="destination">Exactly <see cref="LengthOf(in PeerReply)"/> bytes.</param>
    public static void Write(in PeerReply reply, Span<byte> destination)
    {
        Parts parts = PartsOf(reply);
        Invariant.Holds(!Has(parts, Parts.Record) || MayCarryRecord(reply.Kind));
        Invariant.Holds(Has(parts, Parts.Page) == CarriesPage(reply.Kind));
        Invariant.Holds(reply.Slots is not null == CarriesSlots(reply.Kind));
        Invariant.Holds(Has(parts, Parts.Handed) == (reply.Kind == PeerReplyKind.Executed));
        Invariant.Holds(!reply.HoldsNext || reply.Kind == PeerReplyKind.Accepted);
        Invariant.Holds(Has(parts, Parts.Digests) == CarriesDigests(reply.Kind));
        Invariant.Holds(!Has(parts, Parts.Cursor) || CarriesPage(reply.Kind));
        WireWriter writer = new(destination);
        writer.Byte((byte)reply.Kind);
        writer.Byte((byte)parts);
        writer.UInt64(reply.Id);
        writer.UInt32(reply.Epoch.Number);
        if (Has(parts, Parts.Ballot))
        {
            writer.Ballot(reply.Ballot);
        }

        if (Has(parts, Parts.Floor))
        {
            writer.Ballot(reply.Floor);
        }

        if (reply.Next is { } next)
        {
            SlotCodec.Write(next, ref writer);
        }

        WriteSubject(reply, ref writer);
        Invariant.Holds(writer.IsFull);
    }

    private static void WriteSubject(in PeerReply reply, ref WireWriter writer)
    {
        if (reply.Slots is { } slots)
        {
            SlotCodec.Write(slots, ref writer);
        }

        if (!reply.Record.IsAbsent)
        {
            RegisterCodec.Write(reply.Record, writer.Span(RegisterCodec.LengthOf(reply.Record)));
        }
        else if (reply.Handed is { } handed)
        {
            HandedCodec.Write(handed, ref writer);
        }
        else if (reply.Page is { } page)
        {
            Write(page, ref writer);
        }
        else if (reply.Digests is { } digests)
        {
            SlotCodec.Write(digests, ref writer);
        }
    }

    /// <returns>False if the bytes are not a reply.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, int frameLength, out PeerReply reply)
    {
        reply = default;
        WireReader reader = new(bytes);
        PeerReplyKind kind = (PeerReplyKind)reader.Byte();
        Parts parts = (Parts)reader.Byte();
        if (!AreOf(kind, parts))
        {
            return false;
        }

        ulong id = reader.UInt64();
        Epoch epoch = new(reader.UInt32());
        Ballot ballot = Has(parts, Parts.Ballot) ? reader.Ballot() : default;
        Ballot floor = Has(parts, Parts.Floor) ? reader.Ballot() : default;
        PassCursor? next = Has(parts, Parts.Cursor) ? SlotCodec.ReadCursor(ref reader) : null;
        SlotNews? slots = null;
        if (CarriesSlots(kind) && !SlotCodec.TryRead(ref reader, out slots))
        {
            return false;
        }

        RegisterRecord record = default;
        StorePage? page = null;
        IReadOnlyList<SlotDigest?>? digests = null;
        if (Has(parts, Parts.Record) && !PeerCodec.TryReadRecord(reader.Memory(reader.Left), frameLength, out record))
        {
            return false;
        }

        HandedAnswer? handed = Has(parts, Parts.Handed) ? HandedCodec.ReadAnswer(ref reader, frameLength) : null;
        if (Has(parts, Parts.Handed) && handed is null)
        {
            return false;
        }

        if (Has(parts, Parts.Page) && !TryReadPage(ref reader, frameLength, out page))
        {
            return false;
        }

        if (Has(parts, Parts.Digests) && !SlotCodec.TryRead(ref reader, out digests))
        {
            return false;
        }

        reply = new PeerReply(kind, id, epoch, ballot, record, floor, page, Has(parts, Parts.HoldsNext), handed, next, digests, slots);
        return reader.IsDone;
    }

    private static long LengthOf(StorePage page)
    {
        long length = PageFixedLength;
        for (int i = 0; i < page.Entries.Count; i++)
        {
            StorePageEntry entry = page.Entries[i];
            length += EntryFixedLength + entry.Key.Length + RegisterCodec.LengthOf(entry.Record);
        }

        return length;
    }

    private static void Write(StorePage page, ref WireWriter writer)
    {
        writer.Byte(page.Complete ? (byte)1 : (byte)0);
        writer.Int32(page.Entries.Count);
        for (int i = 0; i < page.Entries.Count; i++)
        {
            StorePageEntry entry = page.Entries[i];
            writer.UInt16((ushort)entry.Key.Length);
            writer.Bytes(entry.Key.Span);
            writer.Int32(entry.ValueLength);
            int length = RegisterCodec.LengthOf(entry.Record);
            writer.Int32(length);
            RegisterCodec.Write(entry.Record, writer.Span(length));
        }
    }

    private static bool TryReadPage(ref WireReader reader, int frameLength, out StorePage? page)
    {
        page = null;
        byte complete = reader.Byte();
        int count = reader.Int32();
        if (complete > 1 || count < 0 || count > reader.Left / EntryFixedLength)
        {
            return false;
        }

        StorePageEntry[] entries = new StorePageEntry[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> key = reader.Span(reader.UInt16());
            int valueLength = reader.Int32();
            ReadOnlyMemory<byte> bytes = reader.Memory(reader.Int32());
            if (reader.Failed
                || key.Length is 0 or > Key.LengthMax
                || valueLength < 0
                || !PeerCodec.TryReadRecord(bytes, frameLength, out RegisterRecord record))
            {
                return false;
            }

            entries[i] = new StorePageEntry(new Key(key.ToArray()), record, valueLength);
        }

        page = new StorePage(entries, complete == 1);
        return true;
    }

    /// <summary>Whether a reply of this kind may have these parts, and has those it must have.</summary>
    private static bool AreOf(PeerReplyKind kind, Parts parts) =>
        IsKnown(kind)
        && (parts & ~(Parts.Ballot | Parts.Floor | Parts.Record | Parts.Page | Parts.HoldsNext | Parts.Handed | Parts.Digests | Parts.Cursor)) == 0
        && Has(parts, Parts.Handed) == (kind == PeerReplyKind.Executed)
        && Has(parts, Parts.Digests) == CarriesDigests(kind)
        && Has(parts, Parts.Page) == CarriesPage(kind)
        && (!Has(parts, Parts.HoldsNext) || kind == PeerReplyKind.Accepted)
        && (!Has(parts, Parts.Cursor) || CarriesPage(kind))
        && (!Has(parts, Parts.Record) || MayCarryRecord(kind));

    private static bool IsKnown(PeerReplyKind kind) =>
        kind is (>= PeerReplyKind.Promised and <= PeerReplyKind.Executed) or (>= PeerReplyKind.Confirmed and <= PeerReplyKind.Digests)
        or (>= PeerReplyKind.Inventory and <= PeerReplyKind.SlotDigests);

    private static bool CarriesPage(PeerReplyKind kind) => kind is PeerReplyKind.Page or PeerReplyKind.Inventory;

    private static bool CarriesSlots(PeerReplyKind kind) => kind is >= PeerReplyKind.Inventory and <= PeerReplyKind.SlotDigests;

    private static bool CarriesDigests(PeerReplyKind kind) => kind is PeerReplyKind.Digests or PeerReplyKind.SlotDigests;

    private static bool MayCarryRecord(PeerReplyKind kind) => kind is PeerReplyKind.Promised or PeerReplyKind.Read;

    // Not Enum.HasFlag, which allocates where the compiler does not optimize.
    private static bool Has(Parts parts, Parts part) => (parts & part) != 0;

    private static Parts PartsOf(in PeerReply reply) =>
        (reply.Ballot != Ballot.Zero ? Parts.Ballot : Parts.None)
        | (reply.Floor != Ballot.Zero ? Parts.Floor : Parts.None)
        | (reply.Record.IsAbsent ? Parts.None : Parts.Record)
        | (reply.Handed is null ? Parts.None : Parts.Handed)
        | (reply.HoldsNext ? Parts.HoldsNext : Parts.None)
        | (reply.Digests is null ? Parts.None : Parts.Digests)
        | (reply.Next is null ? Parts.None : Parts.Cursor)
        | (reply.Page is null ? Parts.None : Parts.Page);
}
