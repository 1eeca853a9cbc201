using System.Diagnostics;
using KvStore.Node.Membership;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Tests.Peers;

/// <summary>Messages and frames drawn at random, each part present about half of the time.</summary>
internal sealed class RandomMessages(Random random)
{
    private static readonly PeerRequestKind[] RequestKinds = Enum.GetValues<PeerRequestKind>();

    private static readonly PeerReplyKind[] ReplyKinds = Enum.GetValues<PeerReplyKind>();

    public PeerFrameHeader Header() => new(
        new ClusterId(Guid()),
        new MemberId(Guid()),
        new MemberId(Guid()),
        new Epoch((uint)random.Next()),
        (ulong)random.NextInt64(),
        new ShownMark(random.NextInt64(), random.NextInt64(), random.NextInt64(), random.NextInt64()),
        (VoteState)random.Next(4),
        new RememberedMark(random.NextInt64(), random.NextInt64(), random.NextInt64()),
        new PeerLoad((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)),
        random.Next());

    public PeerRequest Request() => Request(RequestKinds[random.Next(RequestKinds.Length)]);

    public PeerRequest Request(PeerRequestKind kind)
    {
        PeerRequest request = WithoutNext(kind);
        return kind == PeerRequestKind.Accept && random.Next(2) == 0
            ? request with { Next = request.Ballot with { Counter = request.Ballot.Counter + 1 } }
            : request;
    }

    private PeerRequest WithoutNext(PeerRequestKind kind) => new(
        kind,
        (ulong)random.NextInt64(),
        new Epoch((uint)random.Next()),
        kind == PeerRequestKind.Scan || IsAboutSlots(kind) ? default : Key(),
        MaybeBallot(),
        kind is PeerRequestKind.Accept or PeerRequestKind.Learn ? Record() : default,
        random.Next(),
        random.Next(2) == 0 ? Trace() : default,
        kind == PeerRequestKind.Scan ? new StoreScan(Bytes(20), Bytes(20), null, random.Next(1, 1000), random.Next(2) == 0).Within(Spans()) : null,
        Handed: kind == PeerRequestKind.Execute ? new HandedChange(Change(), random.Next(1, 6)) : null,
        Slots: IsAboutSlots(kind) ? new SlotQuestion(Slots(), Cursor()) : null);

    private SlotSpans? Spans() => random.Next(2) == 0
        ? null
        : new SlotSpans([.. Enumerable.Range(0, random.Next(1, SlotSpans.CountMax + 1)).Select(_ =>
        {
            ushort first = (ushort)random.Next(Slot.Count);
            return (first, (ushort)random.Next(first, Slot.Count));
        })]);

    public PeerReply Reply() => Reply(ReplyKinds[random.Next(ReplyKinds.Length)]);

    public PeerReply Reply(PeerReplyKind kind) => new(
        kind,
        (ulong)random.NextInt64(),
        new Epoch((uint)random.Next()),
        MaybeBallot(),
        kind is PeerReplyKind.Promised or PeerReplyKind.Read && random.Next(2) == 0 ? Record() : default,
        MaybeBallot(),
        kind is PeerReplyKind.Page or PeerReplyKind.Inventory ? Page() : null,
        kind == PeerReplyKind.Accepted && random.Next(2) == 0,
        kind == PeerReplyKind.Executed ? Answer() : null,
        kind is PeerReplyKind.Page or PeerReplyKind.Inventory && random.Next(2) == 0 ? Cursor() : null,
        kind is PeerReplyKind.Digests or PeerReplyKind.SlotDigests ? Digests() : null,
        kind is >= PeerReplyKind.Inventory and <= PeerReplyKind.SlotDigests ? News() : null);

    private static bool IsAboutSlots(PeerRequestKind kind) => kind is PeerRequestKind.Digests or PeerRequestKind.Walk
        or (>= PeerRequestKind.Inventory and <= PeerRequestKind.SlotDigests);

    private SlotNews News()
    {
        SlotSet? set = random.Next(2) == 0 ? new SlotSet() : null;
        foreach (ushort number in Slots())
        {
            set?.Add(new Slot(number));
        }

        return new SlotNews([.. Slots().Select(_ => MaybeBallot())], set, random.NextInt64());
    }

    public RegisterRecord Record()
    {
        RegisterKind kind = (RegisterKind)random.Next(3);
        Ballot[] vector = new Ballot[random.Next(AppliedVector.EntriesMax + 1)];
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] = Ballot() with { Ordinal = (ushort)i };
        }

        return new RegisterRecord(Ballot(), new RegisterState
        {
            Kind = kind,
            Value = kind == RegisterKind.Value ? Bytes(200) : default,
            ExpiresAt = random.Next(2) == 0 ? random.NextInt64() : RegisterState.Never,
            Version = new StateVersion(Ballot(), (ushort)random.Next(1, 100)),
            Vector = AppliedVector.Of(vector),
            Pruned = MaybeBallot(),
        });
    }

    public Key Key()
    {
        byte[] bytes = new byte[random.Next(1, 40)];
        random.NextBytes(bytes);
        return new Key(bytes);
    }

    private Change Change()
    {
        Change change = Incrementing();
        return random.Next(2) == 0 ? change : change with { Kind = ChangeKind.Append, By = 0, LengthMax = random.Next() };
    }

    private Change Incrementing() => new()
    {
        Kind = (ChangeKind)random.Next((int)ChangeKind.Append),
        AnswersBefore = random.Next(2) == 0,
        Condition = (ConditionKind)random.Next(4),
        Expected = new StateVersion(MaybeBallot(), (ushort)random.Next(100)),
        By = random.NextInt64(),
        ExpiresAt = random.NextInt64(),
        Value = Bytes(200),
    };

    private HandedAnswer Answer()
    {
        RegisterState? state = random.Next(2) == 0 ? Record().State : null;
        ChangeOutcome outcome = (ChangeOutcome)random.Next(Enum.GetValues<ChangeOutcome>().Length);
        return new HandedAnswer((byte)random.Next(3), (byte)random.Next(9), new ChangeResult(outcome, state, random.Next(2) == 0, random.NextInt64())
        {
            Before = random.Next(2) == 0 ? Record().State : null,
        });
    }

    private ushort[] Slots()
    {
        ushort[] slots = new ushort[random.Next(20)];
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i] = (ushort)random.Next(Slot.Count);
        }

        return slots;
    }

    private PassCursor Cursor() => new(random.NextInt64(), random.NextInt64(), random.NextInt64(), random.Next());

    private SlotDigest?[] Digests()
    {
        SlotDigest?[] digests = new SlotDigest?[random.Next(20)];
        for (int i = 0; i < digests.Length; i++)
        {
            digests[i] = random.Next(4) == 0 ? null : new SlotDigest((ulong)random.NextInt64(), (ulong)random.NextInt64());
        }

        return digests;
    }

    private StorePage Page()
    {
        StorePageEntry[] entries = new StorePageEntry[random.Next(5)];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = new StorePageEntry(Key(), Record(), random.Next());
        }

        return new StorePage(entries, random.Next(2) == 0);
    }

    private ActivityContext Trace() => new(
        ActivityTraceId.CreateFromBytes(Bytes16()),
        ActivitySpanId.CreateFromBytes(Bytes16().AsSpan(8)),
        ActivityTraceFlags.Recorded,
        traceState: null,
        isRemote: true);

    private Ballot Ballot() => new(new Epoch((uint)random.Next()), random.NextInt64(1, HybridClock.CounterMax), (ushort)random.Next(65536));

    private Ballot MaybeBallot() => random.Next(2) == 0 ? Ballot() : default;

    private byte[] Bytes(int below)
    {
        byte[] bytes = new byte[random.Next(below)];
        random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Bytes16()
    {
        byte[] bytes = new byte[16];
        random.NextBytes(bytes);
        return bytes;
    }

    private Guid Guid() => new(Bytes16());
}
