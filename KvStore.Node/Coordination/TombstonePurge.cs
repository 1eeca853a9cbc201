using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// Purges one tombstone by evidence: only when every replica of the epoch has confirmed exactly it, each is told to remove it.
/// Any replica may run this, several at once, and again after it was cut short: what is told twice changes nothing.
/// </summary>
internal sealed class TombstonePurge(Key key, Ballot tombstone) : LaneCall
{
    /// <summary>How long replicas may take to answer each of the two questions.</summary>
    public const int PatienceMilliseconds = 1_000;

    /// <summary>A promise that is younger may belong to a round that is under way. Far more than a round takes, on a busy machine too.</summary>
    private const int RoundMilliseconds = 2_000;

    private readonly TaskCompletionSource<PurgeOutcome> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LaneScope _lane = null!;
    private Action<Operation> _toRound = null!;
    private Epoch _epoch;
    private SlotOwners _owners;
    private uint _confirmed;
    private uint _refused;
    private Ballot _promised;
    private uint _purged;
    private bool _isPurging;
    private LaneTimer? _overdue;

    public Task<PurgeOutcome> Completion => _done.Task;

    public override void Begin(LaneScope lane, Action<Operation> toRound)
    {
        _lane = lane;
        _toRound = toRound;
        _epoch = lane.Topology.Epoch;
        _owners = lane.Topology.OwnersOf(key.Slot);
        if (lane.Topology.Document.Next is not null && !lane.Protocol.Has(ProtocolFlaw.PurgedInJointPhase))
        {
            End(PurgeOutcome.Left);
        }
        else if (lane.Protocol.Has(ProtocolFlaw.TombstonePurgedByAge))
        {
            _confirmed = _owners.All;
            Purge();
        }
        else
        {
            _ = Ask(PeerRequestKind.Confirm) || End(PurgeOutcome.Left);
        }
    }

    public override void Refuse() => _done.TrySetResult(PurgeOutcome.Left);

    public override void OnReply(MemberId from, in PeerReply reply)
    {
        int place = _owners.PlaceOf(from);
        if (place < 0 || !HasSay(place))
        {
            return;
        }

        switch (reply.Kind)
        {
            case PeerReplyKind.Confirmed when !_isPurging:
                _confirmed |= 1u << place;
                GoOnOnceAllAnswered();
                break;
            case PeerReplyKind.Conflict when !_isPurging && !MayBeUnderWay(reply.Ballot):
                _refused |= 1u << place;
                _promised = Ballot.Max(_promised, reply.Ballot);
                GoOnOnceAllAnswered();
                break;
            case PeerReplyKind.Purged when _isPurging:
                _purged |= 1u << place;
                if (_purged == _owners.All)
                {
                    End(PurgeOutcome.Purged);
                }

                break;
            default:
                End(_isPurging ? PurgeOutcome.Purged : PurgeOutcome.Left);
                break;
        }
    }

    /// <summary>
    /// Whether a write may be about to be accepted under what was promised. An identity round would overtake it, and once the
    /// tombstone is purged under a ballot above the write's, nobody can tell any more what became of the write. A member that
    /// has started counts on from its Bound, ahead of its clock.
    /// </summary>
    private bool MayBeUnderWay(Ballot promised) =>
        _lane.Wall - HybridClock.WallOf(promised.Counter) is < RoundMilliseconds and > -RoundMilliseconds - LaneBound.AheadMilliseconds;

    /// <summary>A promise of old at one replica says nothing of what another, which has not answered yet, promised just now.</summary>
    private void GoOnOnceAllAnswered()
    {
        if (!Enumerable.Range(0, _owners.Count).All(owner => ((_confirmed | _refused) >> owner & 1) != 0 || !HasSay(owner)))
        {
            return;
        }

        if (_refused == 0)
        {
            Purge();
        }
        else
        {
            Renew(_promised);
        }
    }

    /// <summary>Every replica has, but for the mistake of asking the current owners only.</summary>
    private bool HasSay(int place) => !_lane.Protocol.Has(ProtocolFlaw.PurgedInJointPhase) || _owners.IsCurrent(place);

    private void Purge()
    {
        _isPurging = true;
        _lane.Figures.TombstonesPurged++;
        UpkeepMetrics.TombstonesPurged.Add(1);
        Ask(PeerRequestKind.Purge); // whoever cannot be told now is told again by whoever still holds the tombstone
    }

    private void Renew(Ballot promised)
    {
        _overdue?.Cancel();
        _lane.Calls.Close(this);
        _lane.Clock.Observe(promised.Counter);
        _toRound(IdentityRound.For(key, _lane, committed => End(committed ? PurgeOutcome.Renewed : PurgeOutcome.Left)));
    }

    /// <returns>Whether every replica could be asked.</returns>
    private bool Ask(PeerRequestKind kind)
    {
        _overdue?.Cancel();
        _lane.Calls.Open(this);
        _overdue = _lane.Timers.Add(_lane.Now + PatienceMilliseconds, () => End(_isPurging ? PurgeOutcome.Purged : PurgeOutcome.Left));
        PeerRequest request = new(kind, CallId, _epoch, key, tombstone, RegisterRecord.Absent, PatienceMilliseconds, default);
        bool all = true;
        for (int place = 0; place < _owners.Count; place++)
        {
            all &= _lane.Calls.Send(_owners[place], request);
        }

        return all;
    }

    private bool End(PurgeOutcome outcome)
    {
        _overdue?.Cancel();
        _lane.Calls.Close(this);
        _done.TrySetResult(outcome);
        return true;
    }
}
