using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>What the state machines of one lane share. Only the lane's thread of the moment touches it.</summary>
internal sealed class LaneScope
{
    public required MemberId Self { get; init; }

    public required HybridClock Clock { get; init; }

    public required LaneBound Bound { get; init; }

    public required LaneLog Log { get; init; }

    /// <summary>What is done to whole slots that change hands.</summary>
    public required SlotCustody Custody { get; init; }

    /// <summary>A member that does not vote does not coordinate either: it may have forgotten ballots that it issued.</summary>
    public required VoteGate Votes { get; init; }

    public required ReplicaCalls Calls { get; init; }

    public required TracedWrites Writes { get; init; }

    public required Random Random { get; init; }

    public HeldPromises Held { get; } = new();

    public ContendedKeys Contended { get; } = new();

    public LaneLoad Load { get; } = new();

    public ExpiredFigures Expired { get; } = new();

    public required PeerRanks Ranks { get; init; }

    public required LaneTraffic Traffic { get; init; }

    public HedgeBudget Hedges { get; } = new();

    public HedgeDelay ReadDelay { get; } = new();

    public HedgeDelay PrepareDelay { get; } = new();

    public HedgeFigures HedgeFigures { get; } = new();

    /// <summary>As the rules are, but in simulation.</summary>
    public required ProtocolSettings Protocol { get; init; }

    public UpkeepFigures Figures { get; } = new();

    public LaneTimers Timers { get; } = new();

    public required TopologySnapshot Topology { get; set; }

    /// <summary>Whether this member is one at the lane's epoch: whoever was removed has no ballots any more.</summary>
    public bool IsMember => Topology.Find(Self) is not null;

    /// <summary>Monotonic milliseconds, the same clock as operations' deadlines.</summary>
    public long Now { get; set; }

    /// <summary>When the lane came to its epoch.</summary>
    public long EpochSince { get; set; } = long.MinValue / 2;

    /// <summary>Whether the others had time to come to the lane's epoch: until then answers wait for that, and their times say nothing of how fast anybody works.</summary>
    public bool IsSettled => Now - EpochSince > ReplicaAdmission.AheadMilliseconds;

    /// <summary>Unix milliseconds, which may jump.</summary>
    public long Wall { get; set; }

    /// <summary>A ballot above every one this lane issued or saw. The caller checks that the Bound covers it.</summary>
    public Ballot NextBallot()
    {
        TopologyMember? self = Topology.Find(Self);
        Invariant.Holds(self is not null);
        return new Ballot(Protocol.Has(ProtocolFlaw.BallotWithoutEpoch) ? Epoch.First : Topology.Epoch, Clock.Next(Wall), self.Ordinal);
    }

    /// <summary>A ballot to be promised ahead of its round; zero while the Bound does not reach so far.</summary>
    public Ballot BallotAhead()
    {
        Ballot ballot = NextBallot();
        ballot = ballot with { Counter = HybridClock.Ahead(ballot.Counter, Protocol.NextAheadMilliseconds) };
        Bound.KeepAhead(ballot);
        if (!Bound.Covers(ballot))
        {
            return Ballot.Zero;
        }

        Clock.Observe(ballot.Counter);
        return ballot;
    }
}
