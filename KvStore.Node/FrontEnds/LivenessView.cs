using KvStore.Node.Membership;
using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.FrontEnds;

/// <summary>Who is alive as this member sees it, in its status as clients see it.</summary>
internal static class LivenessView
{
    public static void AddTo(Protocol.MemberStatus status, MemberGossip gossip, MemberTopology decided, TopologySnapshot topology)
    {
        (status.Incarnation, status.HealthScore) = gossip.Loop.Self;
        status.GossipSent = gossip.Loop.Sent;
        status.GossipPerSecond = gossip.PacketsPerSecond;
        status.TopologyPending = decided.Pending;
        status.TopologyEvents.AddRange(decided.Events.All.Select(Of));
        status.Changes.AddRange(decided.History.All.Select(Of));
        status.FaultsAllowed = gossip.Faults is not null;
        status.Faults.AddRange(FaultView.AllOf(gossip, topology));
        status.PastFaults.AddRange(FaultView.PastOf(gossip, topology));
        status.Evictions.AddRange(decided.Evictions.Reports().Select(Of));
        Dictionary<string, MemberSight> sights = gossip.Loop.Sights.ToDictionary(sight => sight.Member.ToString());
        foreach (Protocol.PeerStatus peer in status.Peers)
        {
            if (sights.TryGetValue(peer.Id, out MemberSight? sight))
            {
                (VitalSigns signs, peer.ClockAheadMilliseconds) = gossip.VitalsOf(sight.Member);
                (peer.OperationsInFlight, peer.DurableLsn) = (signs.OperationsInFlight, signs.DurableLsn);
                peer.Epoch = gossip.EpochOf(sight.Member).Number;
                peer.Liveness = MemberGossip.NameOf(sight.Liveness);
                peer.LivenessMilliseconds = (long)sight.Age.TotalMilliseconds;
                peer.Incarnation = sight.Incarnation;
                peer.ProbeMilliseconds = sight.RoundTrip?.TotalMilliseconds ?? 0;
            }
        }

        status.LivenessEvents.AddRange(gossip.Events.Select(entry => Of(entry, gossip.Self)));
    }

    public static Protocol.Eviction Of(EvictionReport report)
    {
        Protocol.Eviction view = new()
        {
            Member = report.Member.Name,
            DeadMilliseconds = (long)report.DeadFor.TotalMilliseconds,
            MillisecondsLeft = (long?)report.Left?.TotalMilliseconds ?? -1,
            Needed = report.Needed,
            Kept = report.IsKept,
            Obstacle = report.Obstacle,
        };
        view.Agreeing.AddRange(report.Agreeing.Select(static member => member.Name));
        return view;
    }

    private static Protocol.PastChange Of(ChangeRecord change)
    {
        Protocol.PastChange view = new()
        {
            Epoch = change.Epoch.Number,
            BeganUnixMilliseconds = change.Began.ToUnixTimeMilliseconds(),
            TookMilliseconds = (long?)change.Took?.TotalMilliseconds ?? -1,
            GivenUp = change.IsGivenUp,
            Keys = change.Keys,
            Bytes = change.Bytes,
        };
        view.Joined.AddRange(change.Joined);
        view.Left.AddRange(change.Left);
        return view;
    }

    private static Protocol.TopologyEvent Of(TopologyEvent entry) => new()
    {
        UnixMilliseconds = entry.At.ToUnixTimeMilliseconds(),
        Kind = entry.Kind,
        Epoch = entry.Epoch.Number,
        Member = entry.Member,
        Text = entry.Text,
    };

    private static Protocol.LivenessEvent Of(LivenessEvent entry, MemberId self) => new()
    {
        UnixMilliseconds = entry.At.ToUnixTimeMilliseconds(),
        Member = entry.Member,
        Liveness = MemberGossip.NameOf(entry.Change, self),
        Incarnation = entry.Change.Incarnation,
        By = entry.By,
    };
}
