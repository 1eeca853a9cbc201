using KvStore.Node.Coordination;
using KvStore.Node.Peers;
using KvStore.Node.Ring;

namespace KvStore.Node;

/// <summary>How much a member has to do: what it tells the others at the head of every frame.</summary>
/// <param name="loads">What the others told of theirs.</param>
/// <param name="operationsMax">Operations in flight that it is made for.</param>
internal sealed class MemberLoad(IReadOnlyList<Lane> lanes, Admission admission, PeerLoads loads, int operationsMax, MemberClock clock)
{
    /// <summary>Of the lane that is worst off: a request may be for that one.</summary>
    public PeerLoad Current
    {
        get
        {
            long now = clock.Now;
            double wait = 0;
            double disk = 0;
            for (int i = 0; i < lanes.Count; i++)
            {
                wait = Math.Max(wait, lanes[i].Rounds.Load.WaitAt(now));
                disk = Math.Max(disk, lanes[i].Rounds.Load.DiskAt(now));
            }

            return PeerLoad.Of(admission.InFlight / (double)operationsMax, wait, disk);
        }
    }

    /// <summary>How long requests wait for a lane, here or at another member, whichever is longer.</summary>
    public double WaitMillisecondsWith(MemberId other) => Math.Max(Current.WaitMilliseconds, loads.Of(other).WaitMilliseconds);

    public LoadReport Report(IReadOnlyList<PeerLinkStatus> links) => new(
        Current,
        admission.Limit,
        admission.Refused,
        lanes.Sum(lane => lane.Waiting),
        lanes.Sum(lane => lane.Rounds.Hedges.Sent),
        lanes.Sum(lane => lane.Rounds.Hedges.Won),
        lanes.Sum(lane => lane.Rounds.Hedges.Denied),
        lanes.Sum(lane => lane.Rounds.Hedges.Probes),
        links.Sum(link => link.RequestsExpired),
        lanes.Sum(lane => lane.RequestsExpired),
        lanes.Sum(lane => lane.Rounds.Expired.Handed),
        lanes.Sum(lane => lane.Rounds.Expired.Operations),
        [.. lanes.SelectMany(lane => lane.Rounds.Ranks.Published).GroupBy(rank => rank.Member).OrderBy(ranks => ranks.Key).Select(ranks =>
            new RankReport(ranks.Key, ranks.Average(rank => rank.Milliseconds), loads.Of(ranks.Key)))]);
}
