using System.Globalization;
using KvStore.Node.Registers;
using KvStore.Node.Storage;

namespace KvStore.Node.Replication;

/// <summary>
/// One lane's share of the member's Bound: nothing above it is issued or promised by this lane. Each lane keeps a fact of
/// its own; a restarted member takes the highest of them for every lane, so the number of lanes may change.
/// </summary>
internal sealed class LaneBound
{
    /// <summary>How far ahead of use it is raised, in milliseconds of counter: one small log entry about every half of it.</summary>
    public const int AheadMilliseconds = 10_000;

    private readonly int _lane;
    private readonly LaneLog _log;
    private readonly List<Action> _waiting = [];
    private Ballot _asked;

    /// <param name="recovered">The member's Bound found on disk: the highest of all lanes.</param>
    public LaneBound(int lane, LaneLog log, Ballot recovered)
    {
        _lane = lane;
        _log = log;
        Durable = recovered;
        _asked = recovered;
    }

    public Ballot Durable { get; private set; }

    public bool Covers(Ballot ballot) => ballot <= Durable;

    /// <summary>Raises the Bound above <paramref name="ballot"/>, then runs <paramref name="then"/>.</summary>
    public void Raise(Ballot ballot, Action then)
    {
        _waiting.Add(then);
        RaiseTo(ballot);
    }

    /// <summary>Raises it without waiting when less than half of the lead is left; zero asks for nothing.</summary>
    public void KeepAhead(Ballot ballot)
    {
        if (ballot.IsZero)
        {
            return;
        }

        long margin = HybridClock.Ahead(ballot.Counter, AheadMilliseconds / 2);
        if (_asked.Epoch < ballot.Epoch || _asked.Counter < margin)
        {
            RaiseTo(ballot);
        }
    }

    /// <summary>The Bound a store held when it was opened.</summary>
    /// <exception cref="FormatException">A fact is not a ballot.</exception>
    public static Ballot Recover(StoreContents contents)
    {
        Ballot highest = Ballot.Zero;
        foreach (Fact fact in contents.OfKind(FactKind.Bound))
        {
            if (fact.Payload.Length != Ballot.EncodedLength)
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"The Bound of lane {fact.Number} has {fact.Payload.Length} bytes."));
            }

            highest = Ballot.Max(highest, Ballot.ReadFrom(fact.Payload.Span));
        }

        return highest;
    }

    private void RaiseTo(Ballot ballot)
    {
        if (ballot <= _asked && _asked > Durable)
        {
            return; // already on its way to the disk
        }

        Ballot raised = new(ballot.Epoch, HybridClock.Ahead(ballot.Counter, AheadMilliseconds), ushort.MaxValue);
        _asked = raised;
        byte[] payload = new byte[Ballot.EncodedLength];
        raised.WriteTo(payload);
        _log.Append(StoreEntry.Of(new Fact(FactKind.Bound, _lane, payload)), new Raised(this, raised));
    }

    private void OnRaised(Ballot raised)
    {
        Durable = Ballot.Max(Durable, raised);
        if (raised < _asked)
        {
            return; // a later entry is on its way; whoever waits may need that one
        }

        Action[] waiting = [.. _waiting];
        _waiting.Clear();
        foreach (Action then in waiting)
        {
            then();
        }
    }

    private sealed class Raised(LaneBound bound, Ballot raised) : DurableStep
    {
        public override void Run() => bound.OnRaised(raised);
    }
}
