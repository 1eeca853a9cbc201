using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;
using Xunit;

namespace KvStore.Tests.Replication;

/// <summary>What of the next epoch waits for it, and for how long.</summary>
public sealed class ReplicaAdmissionTests
{
    private static readonly TopologySnapshot First = Owners.Topology(1, 1);
    private static readonly TopologySnapshot Second = new(First.Document with { Epoch = new Epoch(First.Epoch.Number + 1) });
    private static readonly ReplyPath Path = new(null, long.MaxValue, null);

    private readonly ReplicaAdmission _admission;

    public ReplicaAdmissionTests()
    {
        SimulatedStore store = new(new SimulatedDisk(First.Document.Cluster, Owners.Member(1).Id), static _ => { }, new Random(1), 0);
        VoteGate votes = new(default, others: 0, isProvenWhole: true, lost: null, opening: static () => { });
        _admission = new ReplicaAdmission(Owners.Member(1).Id, votes, new LaneLog(store), First, ProtocolSettings.Sound);
        _admission.At(First, 1_000);
    }

    [Fact]
    public void What_is_asked_of_the_next_epoch_waits_until_it_is_in_force()
    {
        PeerRequest[] requests = [Of(Second, PeerRequestKind.Read), Of(Second, PeerRequestKind.Prepare), Of(Second, PeerRequestKind.Accept)];
        foreach (PeerRequest request in requests)
        {
            Assert.True(_admission.MustWait(request));
            Assert.True(_admission.TryHold(request, Path));
        }

        Assert.Equal(1_001 + ReplicaAdmission.AheadMilliseconds, _admission.GivesUpAt);
        _admission.At(First, 1_000 + ReplicaAdmission.AheadMilliseconds);
        Assert.Empty(_admission.GiveUp());

        _admission.At(Second, 1_001 + ReplicaAdmission.AheadMilliseconds);
        Assert.Equal(requests, _admission.Release().Select(held => held.Request));
        Assert.All(requests, request => Assert.False(_admission.MustWait(request)));
        Assert.All(requests, request => Assert.Null(_admission.RefusalOf(request)));
    }

    [Fact]
    public void What_is_asked_of_an_epoch_before_or_far_ahead_is_refused_at_once()
    {
        _admission.At(Second, 1_000);
        foreach (Epoch epoch in (Epoch[])[First.Epoch, new Epoch(Second.Epoch.Number + 2)])
        {
            PeerRequest request = Of(Second, PeerRequestKind.Prepare) with { Epoch = epoch };
            Assert.False(_admission.MustWait(request));
            Assert.Equal(PeerReplyKind.StaleEpoch, _admission.RefusalOf(request));
        }
    }

    [Fact]
    public void An_epoch_that_does_not_come_is_not_waited_for_any_more_until_one_does()
    {
        PeerRequest request = Of(Second, PeerRequestKind.Accept);
        _admission.TryHold(request, Path);
        _admission.At(First, 1_001 + ReplicaAdmission.AheadMilliseconds);
        Assert.Equal([request], _admission.GiveUp().Select(held => held.Request));
        Assert.Empty(_admission.GiveUp());
        Assert.Equal(long.MaxValue, _admission.GivesUpAt);
        Assert.False(_admission.MustWait(request));
        Assert.Equal(PeerReplyKind.StaleEpoch, _admission.RefusalOf(request));

        _admission.At(Second, 5_000);
        Assert.Empty(_admission.Release());
        Assert.True(_admission.MustWait(request with { Epoch = new Epoch(Second.Epoch.Number + 1) }));
    }

    [Fact]
    public void What_is_held_while_the_lane_moves_is_not_given_up()
    {
        _admission.TryHold(Of(Second, PeerRequestKind.Accept), Path);
        _admission.Hold();
        _admission.At(First, 5_000);
        Assert.Empty(_admission.GiveUp());
        Assert.Single(_admission.Release());
    }

    [Fact]
    public void What_is_held_has_bounds()
    {
        PeerRequest large = Of(Second, PeerRequestKind.Accept) with
        {
            Record = new RegisterRecord(new Ballot(Second.Epoch, 1, 1), new RegisterState { Kind = RegisterKind.Value, Version = new StateVersion(new Ballot(Second.Epoch, 1, 1), 1), Value = new byte[16 << 20] }),
        };
        for (long bytes = 0; bytes < ReplicaAdmission.HeldBytesMax; bytes += 16 << 20)
        {
            Assert.True(_admission.TryHold(large, Path));
        }

        Assert.False(_admission.TryHold(large, Path));
        _admission.Release();
        for (int i = 0; i < ReplicaAdmission.HeldMax; i++)
        {
            Assert.True(_admission.TryHold(Of(Second, PeerRequestKind.Read), Path));
        }

        Assert.False(_admission.TryHold(Of(Second, PeerRequestKind.Read), Path));
    }

    private static PeerRequest Of(TopologySnapshot topology, PeerRequestKind kind) =>
        new(kind, 1, topology.Epoch, new Key("a"u8.ToArray()), Ballot.Zero, RegisterRecord.Absent, 1_000, default);
}
