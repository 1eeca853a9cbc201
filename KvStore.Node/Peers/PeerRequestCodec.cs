using System.Diagnostics;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Node.Peers;

/// <summary>
/// A request's binary form: kind (1) · flags (1) · id (8) · epoch (4) · timeout (4) · [trace id (16) · span id (8) · trace
/// flags (1)] · key length (2) · key · [ballot (14)] · [next ballot (14)] · record (the rest), handed
/// change (the rest, <see cref="HandedCodec"/>) or scan (limit (4) · with values, within spans of slots (1) · prefix length
/// (4) · prefix · [spans (2) · first and last slot of each (2 · 2)] · after (the rest)) or question about slots (<see cref="SlotCodec"/>). The trace is there only if it is sampled.
/// </summary>
internal static class PeerRequestCodec
{
    private const int FixedLength = 1 + 1 + 8 + 4 + 4 + 2;
    private const int TraceLength = 16 + 8 + 1;
    private const int ScanFixedLength = 4 + 1 + 4;
    private const byte ScanWithValues = 1;
    private const byte ScanWithinSpans = 2;

    [Flags]
    private enum Parts : byte
    {
        None = 0,
        Ballot = 1,
        Trace = 2,
        Record = 4,
        Scan = 8,
        Next = 16,
        Handed = 32,
        Slots = 64,
    }

    /// <summary>Bytes the request takes, its length prefix not counted.</summary>
    public static long LengthOf(in PeerRequest request)
    {
        Parts parts = PartsOf(request);
        return FixedLength
            + request.Key.Span.Length
            + (Has(parts, Parts.Ballot) ? Ballot.EncodedLength : 0)
            + (Has(parts, Parts.Next) ? Ballot.EncodedLength : 0)
            + (Has(parts, Parts.Trace) ? TraceLength : 0)
            + (Has(parts, Parts.Record) ? RegisterCodec.LengthOf(request.Record) : 0)
            + (request.Handed is { } handed ? HandedCodec.LengthOf(handed) : 0)
            + (request.Slots is null ? 0 : SlotCodec.LengthOf(request.Slots))
            + (request.Scan is { } scan ? ScanFixedLength + (long)scan.Prefix.Length + LengthOf(scan.Spans) + scan.After.Length : 0);
    }

    private static int LengthOf(SlotSpans? spans) => spans is null ? 0 : sizeof(ushort) + (spans.Spans.Count * 2 * sizeof(ushort));

    /// <param name="destination">Exactly <see cref="LengthOf"/> bytes.</param>
    public static void Write(in PeerRequest request, Span<byte> destination)
    {
        Parts parts = PartsOf(request);
        Invariant.Holds(Has(parts, Parts.Record) == CarriesRecord(request.Kind));
        Invariant.Holds(Has(parts, Parts.Scan) == (request.Kind == PeerRequestKind.Scan));
        Invariant.Holds(Has(parts, Parts.Handed) == (request.Kind == PeerRequestKind.Execute));
        Invariant.Holds(!Has(parts, Parts.Next) || request.Kind == PeerRequestKind.Accept);
        Invariant.Holds(Has(parts, Parts.Slots) == IsAboutSlots(request.Kind));
        WireWriter writer = new(destination);
        writer.Byte((byte)request.Kind);
        writer.Byte((byte)parts);
        writer.UInt64(request.Id);
        writer.UInt32(request.Epoch.Number);
        writer.Int32(request.TimeoutMilliseconds);
        if (Has(parts, Parts.Trace))
        {
            request.Trace.TraceId.CopyTo(writer.Span(16));
            request.Trace.SpanId.CopyTo(writer.Span(8));
            writer.Byte((byte)request.Trace.TraceFlags);
        }

        writer.UInt16((ushort)request.Key.Span.Length);
        writer.Bytes(request.Key.Span);
        if (Has(parts, Parts.Ballot))
        {
            writer.Ballot(request.Ballot);
        }

        if (Has(parts, Parts.Next))
        {
            writer.Ballot(request.Next);
        }

        WriteSubject(request, ref writer);
        Invariant.Holds(writer.IsFull);
    }

    /// <summary>What the request is about beyond its key and ballots: one thing at most.</summary>
    private static void WriteSubject(in PeerRequest request, ref WireWriter writer)
    {
        if (!request.Record.IsAbsent)
        {
            RegisterCodec.Write(request.Record, writer.Span(RegisterCodec.LengthOf(request.Record)));
        }
        else if (request.Handed is { } handed)
        {
            HandedCodec.Write(handed, ref writer);
        }
        else if (request.Scan is { } scan)
        {
            writer.Int32(scan.LimitMax);
            writer.Byte((byte)((scan.WithValues ? ScanWithValues : 0) | (scan.Spans is null ? 0 : ScanWithinSpans)));
            writer.Int32(scan.Prefix.Length);
            writer.Bytes(scan.Prefix.Span);
            WriteSpans(scan.Spans, ref writer);
            writer.Bytes(scan.After.Span);
        }
        else if (request.Slots is { } question)
        {
            SlotCodec.Write(question, ref writer);
        }
    }

    private static void WriteSpans(SlotSpans? spans, ref WireWriter writer)
    {
        if (spans is not null)
        {
            writer.UInt16((ushort)spans.Spans.Count);
            foreach ((ushort first, ushort last) in spans.Spans)
            {
                writer.UInt16(first);
                writer.UInt16(last);
            }
        }
    }

    /// <returns>False if the bytes are not a request.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, int frameLength, out PeerRequest request)
    {
        request = default;
        WireReader reader = new(bytes);
        PeerRequestKind kind = (PeerRequestKind)reader.Byte();
        Parts parts = (Parts)reader.Byte();
        if (!AreOf(kind, parts))
        {
            return false;
        }

        ulong id = reader.UInt64();
        Epoch epoch = new(reader.UInt32());
        int timeout = reader.Int32();
        ActivityContext trace = Has(parts, Parts.Trace) ? ReadTrace(ref reader) : default;
        int keyLength = reader.UInt16();
        ReadOnlySpan<byte> key = reader.Span(keyLength);
        Ballot ballot = Has(parts, Parts.Ballot) ? reader.Ballot() : default;
        Ballot next = Has(parts, Parts.Next) ? reader.Ballot() : default;
        bool isAhead = next.IsZero || (next > ballot && next.Epoch == ballot.Epoch && next.Ordinal == ballot.Ordinal);
        if (reader.Failed || keyLength > Key.LengthMax || (keyLength == 0) != HasNoKey(kind) || !isAhead)
        {
            return false;
        }

        RegisterRecord record = default;
        StoreScan? scan = null;
        if (Has(parts, Parts.Record) && !PeerCodec.TryReadRecord(reader.Memory(reader.Left), frameLength, out record))
        {
            return false;
        }

        HandedChange? handed = Has(parts, Parts.Handed) ? HandedCodec.ReadChange(ref reader) : null;
        if (Has(parts, Parts.Handed) && handed is null)
        {
            return false;
        }

        if (Has(parts, Parts.Scan) && !TryReadScan(ref reader, out scan))
        {
            return false;
        }

        SlotQuestion? slots = null;
        if (Has(parts, Parts.Slots) && !SlotCodec.TryRead(ref reader, out slots))
        {
            return false;
        }

        request = new PeerRequest(
            kind, id, epoch, keyLength == 0 ? default : new Key(key.ToArray()), ballot, record, timeout, trace, scan, next, handed, slots);
        return reader.IsDone;
    }

    private static ActivityContext ReadTrace(ref WireReader reader)
    {
        ReadOnlySpan<byte> bytes = reader.Span(TraceLength);
        return reader.Failed
            ? default
            : new ActivityContext(
                ActivityTraceId.CreateFromBytes(bytes[..16]),
                ActivitySpanId.CreateFromBytes(bytes[16..24]),
                (ActivityTraceFlags)bytes[24],
                traceState: null,
                isRemote: true);
    }

    private static bool TryReadScan(ref WireReader reader, out StoreScan? scan)
    {
        int limit = reader.Int32();
        byte how = reader.Byte();
        byte[] prefix = reader.Span(reader.Int32()).ToArray();
        SlotSpans? spans = null;
        bool areSpans = (how & ScanWithinSpans) == 0 || TryReadSpans(ref reader, out spans);
        byte[] after = reader.Span(reader.Left).ToArray();
        scan = new StoreScan(prefix, after, Slots: null, limit, (how & ScanWithValues) != 0).Within(spans);
        return !reader.Failed && areSpans && (how & ~(ScanWithValues | ScanWithinSpans)) == 0 && limit > 0;
    }

    private static bool TryReadSpans(ref WireReader reader, out SlotSpans? spans)
    {
        spans = null;
        int count = reader.UInt16();
        if (count is 0 or > SlotSpans.CountMax)
        {
            return false;
        }

        (ushort First, ushort Last)[] read = new (ushort First, ushort Last)[count];
        for (int i = 0; i < count; i++)
        {
            read[i] = (reader.UInt16(), reader.UInt16());
            if (reader.Failed || read[i].First > read[i].Last || read[i].Last >= Slot.Count)
            {
                return false;
            }
        }

        spans = new SlotSpans(read);
        return true;
    }

    private static bool CarriesRecord(PeerRequestKind kind) => kind is PeerRequestKind.Accept or PeerRequestKind.Learn;

    /// <summary>Whether a request of this kind may have these parts, and has those it must have.</summary>
    private static bool AreOf(PeerRequestKind kind, Parts parts) =>
        IsKnown(kind)
        && (parts & ~(Parts.Ballot | Parts.Trace | Parts.Record | Parts.Scan | Parts.Next | Parts.Handed | Parts.Slots)) == 0
        && Has(parts, Parts.Handed) == (kind == PeerRequestKind.Execute)
        && Has(parts, Parts.Slots) == IsAboutSlots(kind)
        && Has(parts, Parts.Record) == CarriesRecord(kind)
        && Has(parts, Parts.Scan) == (kind == PeerRequestKind.Scan)
        && (!Has(parts, Parts.Next) || kind == PeerRequestKind.Accept);

    private static bool IsKnown(PeerRequestKind kind) =>
        kind is (>= PeerRequestKind.Prepare and <= PeerRequestKind.Execute) or (>= PeerRequestKind.Confirm and <= PeerRequestKind.Walk)
        or (>= PeerRequestKind.Inventory and <= PeerRequestKind.SlotDigests);

    private static bool IsAboutSlots(PeerRequestKind kind) => kind is PeerRequestKind.Digests or PeerRequestKind.Walk or (>= PeerRequestKind.Inventory and <= PeerRequestKind.SlotDigests);

    private static bool HasNoKey(PeerRequestKind kind) => kind == PeerRequestKind.Scan || IsAboutSlots(kind);

    // Not Enum.HasFlag, which allocates where the compiler does not optimize.
    private static bool Has(Parts parts, Parts part) => (parts & part) != 0;

    private static Parts PartsOf(in PeerRequest request) =>
        (request.Ballot != Ballot.Zero ? Parts.Ballot : Parts.None)
        | ((request.Trace.TraceFlags & ActivityTraceFlags.Recorded) != 0 ? Parts.Trace : Parts.None)
        | (request.Record.IsAbsent ? Parts.None : Parts.Record)
        | (request.Handed is null ? Parts.None : Parts.Handed)
        | (request.Next != Ballot.Zero ? Parts.Next : Parts.None)
        | (request.Slots is null ? Parts.None : Parts.Slots)
        | (request.Scan is null ? Parts.None : Parts.Scan);
}
