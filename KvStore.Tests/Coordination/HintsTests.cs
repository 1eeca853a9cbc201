using System.Diagnostics;
using System.Text;
using KvStore.Node.Coordination;
using KvStore.Node.Membership;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;
using Xunit;

namespace KvStore.Tests.Coordination;

/// <summary>One lane's hints over a store whose completions run in order, and a wire that the test holds.</summary>
public sealed class HintsTests
{
    private static readonly TopologySnapshot Topology = Owners.Topology(3, 3);
    private static readonly MemberId Away = Owners.Member(2).Id;

    [Fact]
    public void A_hint_is_sent_as_learn_when_its_replica_is_back_and_goes_when_it_has_it()
    {
        Bed bed = new() { IsConnected = false };
        bed.Hints.Add(Away, KeyOf("a"), Record(5));
        bed.Run(5_000);
        Assert.Empty(bed.Sent);
        Assert.Single(bed.OnDisk);

        bed.IsConnected = true;
        bed.Run(5_000);
        PeerRequest lesson = bed.Sent.First().Request;
        Assert.Equal((PeerRequestKind.Learn, BallotOf(5)), (lesson.Kind, lesson.Record.Ballot));
        Assert.Equal(1, bed.Hints.Count);

        bed.Answer(PeerReplyKind.Learned);
        Assert.Equal(0, bed.Hints.Count);
        Assert.Empty(bed.OnDisk);
    }

    [Fact]
    public void What_is_not_answered_is_sent_again()
    {
        Bed bed = new();
        bed.Hints.Add(Away, KeyOf("a"), Record(5));
        bed.Run(10_000);
        Assert.True(bed.Sent.Count > 1);
        Assert.Equal(1, bed.Hints.Count);
    }

    [Fact]
    public void Of_a_key_only_the_latest_record_is_kept()
    {
        Bed bed = new() { IsConnected = false };
        bed.Hints.Add(Away, KeyOf("a"), Record(5));
        bed.Hints.Add(Away, KeyOf("a"), Record(9));
        bed.Hints.Add(Away, KeyOf("a"), Record(7));
        bed.Run(100);
        Fact fact = Assert.Single(bed.OnDisk);
        Assert.Equal(BallotOf(9), HintCodec.Decode(fact.Number, fact.Payload, 0).Record.Ballot);
        Assert.Equal(1, bed.Hints.Count);
    }

    [Fact]
    public void Hints_are_bounded_by_count_and_by_bytes_and_the_rest_is_counted()
    {
        Bed few = new(countMax: 3) { IsConnected = false };
        Bed small = new(bytesMax: 1_000) { IsConnected = false };
        for (int i = 0; i < 10; i++)
        {
            few.Hints.Add(Away, KeyOf($"a{i}"), Record(5));
            small.Hints.Add(Away, KeyOf($"a{i}"), Record(5, valueLength: 300));
        }

        Assert.Equal((3, 7L), (few.Hints.Count, few.Scope.Figures.HintsOverflowed));
        Assert.Equal((2, 8L), (small.Hints.Count, small.Scope.Figures.HintsOverflowed));
        few.Hints.Add(Owners.Member(3).Id, KeyOf("a"), Record(5)); // another replica has room of its own
        Assert.Equal(4, few.Hints.Count);
    }

    [Fact]
    public void They_are_there_again_after_a_restart_in_the_same_epoch_only()
    {
        Bed bed = new() { IsConnected = false };
        bed.Hints.Add(Away, KeyOf("a"), Record(5));
        bed.Run(100);
        Bed same = new(bed.OnDisk);
        Assert.Equal(1, same.Hints.Count);
        Bed later = new(bed.OnDisk, topology: Next(Topology, 4));
        Assert.Equal(0, later.Hints.Count);
    }

    /// <summary>A replica may have learned its floors anew meanwhile: what it once missed says nothing any more.</summary>
    [Theory]
    [InlineData(ProtocolFlaw.None, 0)]
    [InlineData(ProtocolFlaw.HintToReturnedOwner, 1)]
    internal void A_hint_does_not_outlive_its_replicas_time_as_an_owner(ProtocolFlaw flaw, int left)
    {
        Bed bed = new(flaw: flaw) { IsConnected = false };
        bed.Hints.Add(Away, KeyOf("a"), Record(5));
        TopologySnapshot without = Next(Topology, 4, except: 2);
        TopologySnapshot back = Next(without, 3);
        bed.MoveTo(without);
        bed.MoveTo(back);
        bed.IsConnected = true;
        bed.Run(1_000);
        Assert.Equal(left, bed.Hints.Count);
        Assert.Equal(left > 0, bed.Sent.Count > 0);
    }

    [Fact]
    public void A_hint_stays_where_the_owners_stay_and_goes_when_an_epoch_was_skipped()
    {
        Bed bed = new() { IsConnected = false };
        bed.Hints.Add(Away, KeyOf("a"), Record(5));
        TopologySnapshot same = Next(Topology, 3);
        bed.MoveTo(same);
        Assert.Equal(1, bed.Hints.Count);
        bed.MoveTo(Next(Next(same, 3), 3));
        Assert.Equal(0, bed.Hints.Count);
    }

    [Fact]
    public void A_hint_below_the_replicas_floor_becomes_an_identity_round()
    {
        Bed bed = new();
        bed.Hints.Add(Away, KeyOf("a"), Record(5));
        bed.Run(1_000);
        bed.Answer(PeerReplyKind.LearnRefused);
        Assert.Equal(0, bed.Hints.Count);
        Assert.True(Assert.Single(bed.Rounds).MustAccept);
    }

    [Fact]
    public void A_replica_that_acknowledges_late_gets_no_hint_and_a_silent_one_does()
    {
        Bed bed = new() { IsConnected = false };
        AckWatches watches = new(bed.Scope, bed.Hints);
        SlotOwners owners = Topology.OwnersOf(KeyOf("a").Slot);
        uint first = 1u << owners.PlaceOf(Owners.Member(1).Id);
        Round round = new();
        bed.Scope.Calls.Open(round);
        ulong id = round.CallId;
        watches.Take(round, KeyOf("a"), Record(5), owners, first);
        bed.Scope.Calls.OnReply(Owners.Member(3).Id, new PeerReply(PeerReplyKind.Accepted, id, Topology.Epoch));
        Assert.Equal(0, bed.Hints.Count);
        bed.Run(AckWatches.PatienceMilliseconds + 10);
        bed.Hints.Publish();
        Assert.Equal([Away], bed.Hints.Published.Select(hints => hints.Target));
        Assert.Equal(0, watches.Count);
    }

    /// <summary>Also after a restart: the link is on disk with the hint.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_replayed_hint_is_linked_to_the_write_that_was_traced(bool isRestarted)
    {
        ActivityContext write = new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        using LinkedSpans spans = new(write.TraceId);
        Bed bed = new() { IsConnected = false };
        bed.Scope.Writes.Remember(KeyOf("a"), BallotOf(5), write);
        bed.Hints.Add(Away, KeyOf("a"), Record(5));
        bed.Hints.Add(Away, KeyOf("b"), Record(5));
        bed.Run(5_000);
        Assert.Empty(spans.Ended);
        bed = isRestarted ? new Bed(bed.OnDisk) : bed;
        bed.IsConnected = true;
        bed.Run(500);
        Assert.Equal(
            [("a", true), ("b", false)],
            bed.Sent.Select(sent => (Encoding.UTF8.GetString(sent.Request.Key.Span), sent.Request.Trace != default)).Distinct().Order());
        bed.Run(Lesson.PatienceMilliseconds);

        Activity span = spans.Ended.First();
        Assert.Equal(("replay hint", write.SpanId, "Unanswered"), (span.DisplayName[.."replay hint".Length], span.Links.Single().Context.SpanId, span.GetTagItem("kvstore.result")));
    }

    [Fact]
    public void A_repair_is_linked_to_the_write_as_long_as_the_lane_remembers_it()
    {
        ActivityContext write = new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        TracedWrites writes = new();
        writes.Remember(KeyOf("a"), BallotOf(5), write);
        writes.Remember(KeyOf("b"), BallotOf(5), default);
        Assert.Equal((write, default(ActivityContext), default(ActivityContext)), (writes.Find(KeyOf("a"), BallotOf(5)), writes.Find(KeyOf("a"), BallotOf(6)), writes.Find(KeyOf("b"), BallotOf(5))));

        for (int i = 0; i < TracedWrites.KeysMax; i++)
        {
            writes.Remember(KeyOf($"more {i}"), BallotOf(6), write);
        }

        Assert.Equal((TracedWrites.KeysMax, default(ActivityContext)), (writes.Count, writes.Find(KeyOf("a"), BallotOf(5))));
    }

    private static TopologySnapshot Next(TopologySnapshot before, int members, int except = 0) => new(before.Document with
    {
        Epoch = new Epoch(before.Epoch.Number + 1),
        Members = [.. Enumerable.Range(1, 4).Select(Owners.Member)],
        Current = [.. Enumerable.Range(1, members).Where(number => number != except).Select(number => Owners.Member(number).Id)],
    });

    private static Key KeyOf(string text) => new(Encoding.UTF8.GetBytes(text));

    private static Ballot BallotOf(long counter) => new(Epoch.First, counter, 1);

    private static RegisterRecord Record(long counter, int valueLength = 10) => new(
        BallotOf(counter),
        new RegisterState { Kind = RegisterKind.Value, Value = new byte[valueLength], Version = new StateVersion(BallotOf(counter), 1) });

    private sealed class Round : PendingCall
    {
        public override void OnReply(MemberId from, in PeerReply reply)
        {
        }
    }

    private sealed class Bed
    {
        private readonly Queue<Action> _scheduled = new();
        private readonly SimulatedStore _store;
        private readonly TracedWrites _writes = new();

        public Bed(
            IReadOnlyList<Fact>? found = null,
            TopologySnapshot? topology = null,
            int countMax = Hints.CountMax,
            long bytesMax = Hints.BytesMax,
            ProtocolFlaw flaw = ProtocolFlaw.None)
        {
            SimulatedDisk disk = new(HintsTests.Topology.Document.Cluster, Owners.Member(1).Id);
            _store = new SimulatedStore(disk, _scheduled.Enqueue, new Random(1), 0);
            LaneLog log = new(_store);
            Scope = new LaneScope
            {
                Self = Owners.Member(1).Id,
                Clock = new HybridClock(0),
                Bound = new LaneBound(0, log, Ballot.Zero),
                Log = log,
                Custody = new SlotCustody(0, _store, log),
                Votes = new VoteGate(default, others: 0, isProvenWhole: true, lost: null, opening: static () => { }),
                Calls = new ReplicaCalls(0, Owners.Member(1).Id, Send, _writes),
                Writes = _writes,
                Ranks = new PeerRanks(Owners.Member(1).Id, new PeerLoads()),
                Traffic = new LaneTraffic(lane: 0, lanes: 1),
                Random = new Random(1),
                Protocol = ProtocolSettings.Sound with { Flaw = flaw },
                Topology = topology ?? HintsTests.Topology,
            };
            _store.Start(new StoreEvents(log.OnDurable, log.OnFailed, (_, _, _) => { }));
            Hints = new Hints(0, Scope, Rounds.Add, countMax, bytesMax);
            foreach (Fact fact in found ?? [])
            {
                Hints.Restore(HintCodec.Decode(fact.Number, fact.Payload, 0));
            }
        }

        public LaneScope Scope { get; }

        public Hints Hints { get; }

        public bool IsConnected { get; set; } = true;

        public List<(MemberId To, PeerRequest Request)> Sent { get; } = [];

        public List<Operation> Rounds { get; } = [];

        public IReadOnlyList<Fact> OnDisk => [.. _store.StandingFacts().Where(fact => fact.Kind == FactKind.Hint)];

        public void Run(int milliseconds)
        {
            for (int i = 0; i < milliseconds; i += 10)
            {
                Scope.Now += 10;
                Scope.Timers.Run(Scope.Now);
                Scope.Log.Flush();
                while (_scheduled.TryDequeue(out Action? completion))
                {
                    completion();
                }
            }
        }

        public void MoveTo(TopologySnapshot topology)
        {
            TopologySnapshot before = Scope.Topology;
            Scope.Topology = topology;
            Hints.OnTopologyChanged(before, topology);
        }

        /// <summary>Answers what was sent last.</summary>
        public void Answer(PeerReplyKind kind)
        {
            Scope.Calls.OnReply(Sent[^1].To, new PeerReply(kind, Sent[^1].Request.Id, Topology.Epoch));
            Run(10);
        }

        private bool Send(MemberId to, LinkClass linkClass, in PeerRequest request)
        {
            if (IsConnected)
            {
                Sent.Add((to, request));
            }

            return IsConnected;
        }
    }
}
