using System.Text;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;
using Xunit;

namespace KvStore.Tests.Replication;

/// <summary>The slot's floor at a replica, and what a purge does to a key, over a store whose completions run in order.</summary>
public sealed class ReplicaPurgeTests
{
    private static readonly Key Key = new(Encoding.UTF8.GetBytes("a"));
    private static readonly TopologySnapshot Topology = Owners.Topology(1, 1);

    [Fact]
    public void A_purged_key_is_absent_with_the_floor_and_takes_only_what_is_above_it()
    {
        Bed bed = new();
        bed.Accept(10, RegisterKind.Tombstone);
        Assert.Equal(PeerReplyKind.Purged, bed.Ask(PeerRequestKind.Purge, 10).Kind);

        Assert.Equal((PeerReplyKind.Read, BallotOf(10), true), bed.Ask(PeerRequestKind.Read, 0) is var read ? (read.Kind, read.Floor, read.Record.IsAbsent) : default);
        Assert.Equal((PeerReplyKind.Conflict, BallotOf(10)), bed.Ask(PeerRequestKind.Prepare, 9) is var low ? (low.Kind, low.Ballot) : default);
        Assert.Equal(PeerReplyKind.Conflict, bed.Ask(PeerRequestKind.Accept, 10).Kind);
        Assert.Equal((PeerReplyKind.LearnRefused, BallotOf(10)), bed.Ask(PeerRequestKind.Learn, 10) is var learn ? (learn.Kind, learn.Floor) : default);
        Assert.Equal((PeerReplyKind.Promised, BallotOf(10)), bed.Ask(PeerRequestKind.Prepare, 11) is var high ? (high.Kind, high.Floor) : default);
        Assert.Equal(PeerReplyKind.Accepted, bed.Ask(PeerRequestKind.Accept, 11).Kind);
    }

    [Fact]
    public void An_accept_whose_time_is_over_is_not_run_not_even_after_it_has_waited_for_the_key()
    {
        Bed bed = new();
        bed.Replica.At(Topology, now: 100);
        bed.Send(PeerRequestKind.Accept, 10, deadline: 99);
        bed.RunAll();
        Assert.Empty(bed.Replies);
        bed.Send(PeerRequestKind.Accept, 11, deadline: 150);
        bed.Send(PeerRequestKind.Accept, 12, deadline: 120);
        bed.Replica.At(Topology, now: 121);
        bed.RunAll();
        Assert.Equal([PeerReplyKind.Accepted], bed.Replies.Select(reply => reply.Kind));
        Assert.Equal(BallotOf(11), bed.Ask(PeerRequestKind.Read, 0).Record.Ballot);
        Assert.Equal(2, bed.Replica.ExpiredCount);
    }

    [Fact]
    public void The_floor_is_there_again_after_a_crash()
    {
        Bed bed = new();
        bed.Accept(10, RegisterKind.Tombstone);
        bed.Ask(PeerRequestKind.Purge, 10);
        bed.Crash();

        Assert.Equal(BallotOf(10), bed.Ask(PeerRequestKind.Read, 0).Floor);
        Assert.Equal(PeerReplyKind.LearnRefused, bed.Ask(PeerRequestKind.Learn, 10).Kind);
        Assert.Equal(PeerReplyKind.Learned, bed.Ask(PeerRequestKind.Learn, 12).Kind);
    }

    [Fact]
    public void What_is_no_tombstone_of_that_ballot_is_not_purged()
    {
        Bed bed = new();
        bed.Accept(10, RegisterKind.Value);
        Assert.Equal(PeerReplyKind.NotConfirmed, bed.Ask(PeerRequestKind.Confirm, 10).Kind);
        bed.Ask(PeerRequestKind.Purge, 10);
        Assert.Equal(BallotOf(10), bed.Ask(PeerRequestKind.Read, 0).Record.Ballot);

        bed.Accept(20, RegisterKind.Tombstone);
        Assert.Equal(PeerReplyKind.NotConfirmed, bed.Ask(PeerRequestKind.Confirm, 19).Kind);
        bed.Ask(PeerRequestKind.Purge, 19);
        Assert.Equal((BallotOf(20), Ballot.Zero), bed.Ask(PeerRequestKind.Read, 0) is var read ? (read.Record.Ballot, read.Floor) : default);
    }

    /// <summary>A prepare that comes while the purge is on its way sees the key as it is afterwards, never half of it.</summary>
    [Fact]
    public void A_prepare_does_not_straddle_a_purge()
    {
        Bed bed = new();
        bed.Accept(10, RegisterKind.Tombstone);
        bed.Replies.Clear();
        bed.Send(PeerRequestKind.Purge, 10);
        bed.Send(PeerRequestKind.Prepare, 30);
        bed.Send(PeerRequestKind.Read, 0);

        Assert.Equal((PeerReplyKind.Read, BallotOf(10)), (bed.Replies.Single().Kind, bed.Replies.Single().Record.Ballot));
        bed.RunAll();
        PeerReply promised = bed.Replies.Last();
        Assert.Equal((PeerReplyKind.Promised, true, BallotOf(10)), (promised.Kind, promised.Record.IsAbsent, promised.Floor));
    }

    [Fact]
    public void A_purge_leaves_promises_as_they_are()
    {
        Bed bed = new();
        bed.Accept(10, RegisterKind.Tombstone);
        Assert.Equal(PeerReplyKind.Promised, bed.Ask(PeerRequestKind.Prepare, 40).Kind);
        Assert.Equal((PeerReplyKind.Conflict, BallotOf(40)), bed.Ask(PeerRequestKind.Confirm, 10) is var refused ? (refused.Kind, refused.Ballot) : default);
        bed.Ask(PeerRequestKind.Purge, 10); // confirmed before the promise was made

        Assert.Equal((PeerReplyKind.Conflict, BallotOf(40)), bed.Ask(PeerRequestKind.Accept, 30) is var low ? (low.Kind, low.Ballot) : default);
        Assert.Equal(PeerReplyKind.Accepted, bed.Ask(PeerRequestKind.Accept, 40).Kind);
    }

    [Fact]
    public void A_tombstone_is_confirmed_where_it_is_held_and_where_it_was_purged()
    {
        Bed bed = new();
        Assert.Equal(PeerReplyKind.NotConfirmed, bed.Ask(PeerRequestKind.Confirm, 10).Kind);
        bed.Accept(10, RegisterKind.Tombstone);
        Assert.Equal(PeerReplyKind.Confirmed, bed.Ask(PeerRequestKind.Confirm, 10).Kind);
        Assert.Equal(PeerReplyKind.NotConfirmed, bed.Ask(PeerRequestKind.Confirm, 9).Kind);
        bed.Ask(PeerRequestKind.Purge, 10);
        Assert.Equal(PeerReplyKind.Confirmed, bed.Ask(PeerRequestKind.Confirm, 10).Kind);
        Assert.Equal(PeerReplyKind.Confirmed, bed.Ask(PeerRequestKind.Confirm, 9).Kind);
        Assert.Equal(PeerReplyKind.NotConfirmed, bed.Ask(PeerRequestKind.Confirm, 11).Kind);
    }

    /// <summary>While owners change nobody can say who "all replicas" are.</summary>
    [Fact]
    public void In_the_joint_phase_nothing_is_confirmed_or_purged()
    {
        Bed bed = new();
        bed.Accept(10, RegisterKind.Tombstone);
        TopologyDocument document = Topology.Document;
        bed.Replica.At(new TopologySnapshot(document with { Next = document.Current }), 0);

        Assert.Equal(PeerReplyKind.NotConfirmed, bed.Ask(PeerRequestKind.Confirm, 10).Kind);
        bed.Ask(PeerRequestKind.Purge, 10);
        Assert.Equal(BallotOf(10), bed.Ask(PeerRequestKind.Read, 0).Record.Ballot);
    }

    [Fact]
    public void A_tombstone_that_is_on_disk_only_is_read_and_then_purged()
    {
        Bed bed = new(diskReadRate: 1);
        bed.Accept(10, RegisterKind.Tombstone);
        bed.Send(PeerRequestKind.Purge, 10);
        bed.Send(PeerRequestKind.Prepare, 50);
        bed.RunAll();

        PeerReply promised = bed.Replies.Last();
        Assert.Equal((PeerReplyKind.Promised, true, BallotOf(10)), (promised.Kind, promised.Record.IsAbsent, promised.Floor));
    }

    private static Ballot BallotOf(long counter) => new(Topology.Epoch, counter, 1);

    /// <summary>One replica's lane without its coordinator.</summary>
    private sealed class Bed
    {
        private readonly SimulatedDisk _disk = new(Topology.Document.Cluster, Owners.Member(1).Id);
        private readonly Queue<Action> _scheduled = new();
        private readonly double _diskReadRate;
        private SimulatedStore _store;
        private LaneLog _log;
        private ulong _id;

        public Bed(double diskReadRate = 0)
        {
            _diskReadRate = diskReadRate;
            (_store, _log, Replica) = Open();
        }

        public Replica Replica { get; private set; }

        public List<PeerReply> Replies { get; } = [];

        public void Crash()
        {
            _store.CutPower();
            _scheduled.Clear();
            Replies.Clear();
            (_store, _log, Replica) = Open();
        }

        public void Accept(long counter, RegisterKind kind) =>
            Assert.Equal(PeerReplyKind.Accepted, Ask(PeerRequestKind.Accept, counter, kind).Kind);

        public PeerReply Ask(PeerRequestKind kind, long counter, RegisterKind state = RegisterKind.Tombstone)
        {
            Send(kind, counter, state);
            RunAll();
            Assert.Equal(_id, Replies[^1].Id);
            return Replies[^1];
        }

        public void Send(PeerRequestKind kind, long counter, RegisterKind state = RegisterKind.Tombstone, long deadline = long.MaxValue)
        {
            RegisterRecord record = kind is PeerRequestKind.Accept or PeerRequestKind.Learn
                ? new RegisterRecord(BallotOf(counter), new RegisterState { Kind = state, Version = new StateVersion(BallotOf(counter), 1) })
                : RegisterRecord.Absent;
            Replica.Handle(
                new PeerRequest(kind, ++_id, Topology.Epoch, Key, BallotOf(counter), record, 1000, default),
                new ReplyPath(null, deadline, null));
            _log.Flush();
        }

        public void RunAll()
        {
            _log.Flush();
            while (_scheduled.TryDequeue(out Action? completion))
            {
                completion();
                _log.Flush();
            }
        }

        private (SimulatedStore Store, LaneLog Log, Replica Replica) Open()
        {
            SimulatedStore store = new(_disk, _scheduled.Enqueue, new Random(1), _diskReadRate);
            LaneLog log = new(store);
            LaneBound bound = new(0, log, LaneBound.Recover(store.Contents));
            VoteGate votes = new(default, others: 0, isProvenWhole: true, lost: null, opening: static () => { });
            Replica replica = new(0, Owners.Member(1).Id, store, log, bound, new PromiseTable(Ballot.Zero), votes, Topology, Replies.Add, ProtocolSettings.Sound);
            store.Start(new StoreEvents(log.OnDurable, log.OnFailed, (_, token, record) => replica.OnReadCompleted(token, record)));
            return (store, log, replica);
        }
    }
}
