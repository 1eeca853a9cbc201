using System.Numerics;
using KvStore.Node.Registers;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// Whom one read or one prepare asks, and when: the best-ranked replicas that suffice; in place of one that refuses or cannot
/// be reached the next best, at once; and the rest when the answers take longer than nearly all did, as far as the
/// <see cref="HedgeBudget"/> allows. A replica that nobody has asked for a while is asked besides them.
/// </summary>
/// <remarks>
/// What the answers amount to is counted by <see cref="ReadQuorum"/> and <see cref="RoundQuorum"/>, by identity: who was asked
/// first makes no difference there. A lane's accepts go to all owners and need none of this.
/// </remarks>
/// <param name="needed">As for <see cref="AskPlan.Suffices"/>.</param>
/// <param name="delay">Of requests of this kind.</param>
/// <param name="call">Under whose id they leave.</param>
/// <param name="send">Asks the replica at a place; false if it cannot be reached now.</param>
/// <param name="hedged">Told after a hedge: somebody else was asked, or could not be reached.</param>
internal sealed class RankedAsk(LaneScope lane, SlotOwners owners, int needed, HedgeDelay delay, PendingCall call, Func<int, bool> send, Action hedged)
{
    private readonly long _begun = lane.Now;
    private LaneTimer? _timer;
    private int _delay = delay.Milliseconds;
    private uint _failed;
    private uint _hedged;
    private uint _probed;

    /// <summary>Told why replicas are asked, where somebody wants to know.</summary>
    public RoundTrace? Trace { get; init; }

    /// <summary>Replicas asked that are waited for or have answered, as bits; those only probed are not.</summary>
    public uint Awaited { get; private set; }

    /// <summary>Those that were asked or probed, as bits.</summary>
    public uint Asked => Awaited | _probed;

    /// <summary>Whether those that were not asked are so slow that another way is quicker.</summary>
    public bool IsRestSlow
    {
        get
        {
            bool isSlow = true;
            for (int place = 0; place < owners.Count; place++)
            {
                isSlow &= (Awaited & (1u << place)) != 0 || lane.Ranks.IsSlow(owners, owners[place].Id, lane.Now);
            }

            return isSlow;
        }
    }

    /// <param name="everybody">Whether all owners are asked at once: what was tried before came to nothing.</param>
    public void Begin(bool everybody = false)
    {
        lane.Hedges.OnRequest();
        if (everybody)
        {
            AskTheRest();
            return;
        }

        AskEnough();
        Probe();
        if ((owners.All & ~Awaited) != 0)
        {
            _timer = lane.Timers.Add(lane.Now + _delay, Hedge);
        }
    }

    /// <summary>The replica will not say yes: the next best takes its place.</summary>
    public void Refused(int place)
    {
        _failed |= 1u << place;
        AskEnough();
    }

    /// <summary>Asks whoever was not asked: what the others said does not suffice.</summary>
    public void AskTheRest() => Ask(owners.All & ~Awaited);

    /// <summary>The answers suffice.</summary>
    /// <param name="answered">Replicas that gave one, as bits.</param>
    public void Settled(uint answered)
    {
        if (lane.IsSettled)
        {
            delay.Add(lane.Now - _begun);
        }

        if (_hedged != 0 && !AskPlan.Suffices(owners, answered & ~_hedged, needed))
        {
            Trace?.HedgeWon();
            lane.HedgeFigures.Won++;
            RankMetrics.HedgesWon.Add(1);
        }
    }

    /// <summary>Nobody is asked any more.</summary>
    public void Close() => _timer?.Cancel();

    private void AskEnough()
    {
        Span<int> order = stackalloc int[owners.Count];
        lane.Ranks.Order(owners, order, lane.Now);
        uint chosen;
        do
        {
            chosen = AskPlan.Choose(owners, Awaited & ~_failed, Awaited, needed, order);
            Ask(chosen);
        }
        while ((chosen & _failed) != 0);
    }

    private void Ask(uint places)
    {
        for (int place = 0; place < owners.Count; place++)
        {
            uint bit = 1u << place;
            if ((places & ~Awaited & bit) != 0)
            {
                Awaited |= bit;
                _ = (_probed & bit) != 0 || Send(place, (_hedged & bit) != 0 ? TrailEventKind.Hedged : TrailEventKind.Asked); // one that was probed has been asked, and is only waited for from now on
            }
        }
    }

    private bool Send(int place, TrailEventKind why)
    {
        Trace?.Asking = why;
        if (send(place))
        {
            lane.Ranks.Asked(owners[place].Id, call.CallId, lane.Now);
            return true;
        }

        _failed |= 1u << place;
        return false;
    }

    private void Probe()
    {
        for (int place = 0; place < owners.Count; place++)
        {
            uint bit = 1u << place;
            if ((Awaited & bit) == 0 && lane.Ranks.WantsProbe(owners[place].Id, lane.Now) && Send(place, TrailEventKind.Probed))
            {
                _probed |= bit;
                lane.HedgeFigures.Probes++;
                RankMetrics.Probes.Add(1);
            }
        }
    }

    private void Hedge()
    {
        uint rest = owners.All & ~Awaited;
        int extra = BitOperations.PopCount(rest & ~_probed);
        if (!lane.Hedges.TryTake(extra))
        {
            lane.HedgeFigures.Denied++;
            RankMetrics.HedgesDenied.Add(1);
            _delay *= 2;
            _timer = lane.Timers.Add(lane.Now + _delay, Hedge); // until the call gives up
            return;
        }

        _hedged |= rest;
        lane.HedgeFigures.Sent += extra;
        RankMetrics.HedgesSent.Add(extra);
        if (lane.Protocol.Has(ProtocolFlaw.HedgeCountedTwice))
        {
            AskAgain();
        }

        Ask(rest);
        hedged();
    }

    private void AskAgain()
    {
        for (int place = 0; place < owners.Count; place++)
        {
            if ((Awaited & (1u << place)) != 0)
            {
                send(place);
            }
        }
    }
}
