using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Node.Peers;

/// <summary>
/// What replicas say to each other about slots, little-endian. A question: count (2) · numbers (2 each) · cursor. A cursor: boot
/// (8) · pass (8) · address (8) · moved (4). Digests: count (2), and per digest known (1) · digest (16). News: count (2) · floors
/// (14 each) · taken (8) · with a set (1) · [a bit a slot].
/// </summary>
internal static class SlotCodec
{
    public const int CursorLength = 8 + 8 + 8 + 4;

    private const int DigestLength = 1 + SlotDigest.EncodedLength;

    public static long LengthOf(SlotQuestion question) => 2 + (2L * question.Numbers.Count) + CursorLength;

    public static long LengthOf(IReadOnlyList<SlotDigest?> digests) => 2 + ((long)DigestLength * digests.Count);

    public static long LengthOf(SlotNews news) =>
        2 + ((long)Ballot.EncodedLength * news.Floors.Count) + 8 + 1 + (news.Complete is null ? 0 : SlotSet.EncodedLength);

    public static void Write(SlotNews news, ref WireWriter writer)
    {
        writer.UInt16((ushort)news.Floors.Count);
        foreach (Ballot floor in news.Floors)
        {
            writer.Ballot(floor);
        }

        writer.UInt64((ulong)news.Taken);
        writer.Byte(news.Complete is null ? (byte)0 : (byte)1);
        news.Complete?.WriteTo(writer.Span(SlotSet.EncodedLength));
    }

    /// <returns>False if the bytes do not begin with news.</returns>
    public static bool TryRead(ref WireReader reader, out SlotNews? news)
    {
        news = null;
        int count = reader.UInt16();
        if (count > Slot.Count || reader.Left < Ballot.EncodedLength * count)
        {
            return false;
        }

        Ballot[] floors = new Ballot[count];
        for (int i = 0; i < count; i++)
        {
            floors[i] = reader.Ballot();
        }

        long taken = (long)reader.UInt64();
        byte withSet = reader.Byte();
        ReadOnlySpan<byte> set = reader.Span(withSet == 1 ? SlotSet.EncodedLength : 0);
        if (reader.Failed || withSet > 1)
        {
            return false;
        }

        news = new SlotNews(floors, withSet == 1 ? SlotSet.ReadFrom(set) : null, taken);
        return true;
    }

    public static void Write(SlotQuestion question, ref WireWriter writer)
    {
        writer.UInt16((ushort)question.Numbers.Count);
        foreach (ushort number in question.Numbers)
        {
            writer.UInt16(number);
        }

        Write(question.From, ref writer);
    }

    public static void Write(in PassCursor cursor, ref WireWriter writer)
    {
        writer.UInt64((ulong)cursor.Boot);
        writer.UInt64((ulong)cursor.Pass);
        writer.UInt64((ulong)cursor.Address);
        writer.Int32(cursor.Moved);
    }

    public static void Write(IReadOnlyList<SlotDigest?> digests, ref WireWriter writer)
    {
        writer.UInt16((ushort)digests.Count);
        foreach (SlotDigest? digest in digests)
        {
            writer.Byte(digest is null ? (byte)0 : (byte)1);
            (digest ?? default).WriteTo(writer.Span(SlotDigest.EncodedLength));
        }
    }

    /// <returns>False if the bytes are no question.</returns>
    public static bool TryRead(ref WireReader reader, out SlotQuestion? question)
    {
        question = null;
        int count = reader.UInt16();
        if (count > Slot.Count || reader.Left != (2 * count) + CursorLength)
        {
            return false;
        }

        ushort[] numbers = new ushort[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = reader.UInt16();
            if (numbers[i] >= Slot.Count)
            {
                return false;
            }
        }

        question = new SlotQuestion(numbers, ReadCursor(ref reader));
        return true;
    }

    public static PassCursor ReadCursor(ref WireReader reader) =>
        new((long)reader.UInt64(), (long)reader.UInt64(), (long)reader.UInt64(), reader.Int32());

    /// <returns>False if the bytes are no digests.</returns>
    public static bool TryRead(ref WireReader reader, out IReadOnlyList<SlotDigest?>? digests)
    {
        digests = null;
        int count = reader.UInt16();
        if (count > Slot.Count || reader.Left != DigestLength * count)
        {
            return false;
        }

        SlotDigest?[] read = new SlotDigest?[count];
        for (int i = 0; i < count; i++)
        {
            byte known = reader.Byte();
            SlotDigest digest = SlotDigest.ReadFrom(reader.Span(SlotDigest.EncodedLength));
            if (known > 1)
            {
                return false;
            }

            read[i] = known == 1 ? digest : null;
        }

        digests = read;
        return true;
    }
}
