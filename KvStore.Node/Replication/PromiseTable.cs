using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Replication;

/// <summary>
/// The promises of one lane, in memory only. What must survive a restart is the Bound: it is raised on disk before anything
/// above it is promised, and a restarted member counts everything up to it as promised.
/// </summary>
internal sealed class PromiseTable
{
    /// <summary>Promises kept apart; when full, the table is dropped by raising what counts as promised for every key.</summary>
    public const int EntriesMax = 65_536;

    private readonly Dictionary<Key, Ballot> _promises = [];
    private readonly int _entriesMax;
    private readonly ProtocolSettings _protocol;
    private readonly Random? _random;
    private Ballot _everyKey;
    private Ballot _highest;

    /// <param name="everyKey">What counts as promised for every key: the Bound found on disk.</param>
    /// <param name="random">Needed only where not every next ballot shall be promised.</param>
    public PromiseTable(Ballot everyKey, int entriesMax = EntriesMax, ProtocolSettings? protocol = null, Random? random = null)
    {
        _protocol = protocol ?? ProtocolSettings.Sound;
        _random = random;
        _everyKey = everyKey;
        _highest = everyKey;
        _entriesMax = entriesMax;
    }

    public int Count => _promises.Count;

    public Ballot For(in Key key) => _promises.TryGetValue(key, out Ballot ballot) ? Ballot.Max(ballot, _everyKey) : _everyKey;

    public void Promise(in Key key, Ballot ballot)
    {
        bool mayBeEqual = _protocol.Flaw is ProtocolFlaw.NoTieBreak or ProtocolFlaw.BallotReused;
        Invariant.Holds(ballot > For(key) || mayBeEqual);
        if (_promises.Count >= _entriesMax && !_promises.ContainsKey(key))
        {
            _everyKey = _highest;
            _promises.Clear();
        }

        if (ballot > _everyKey)
        {
            _promises[key] = ballot;
            _highest = Ballot.Max(_highest, ballot);
        }
    }

    /// <summary>
    /// Promises the ballot that came with an accept for the round after it, if it is above everything promised and the Bound
    /// reaches it.
    /// </summary>
    public bool TryHold(in Key key, Ballot next, LaneBound bound)
    {
        if (next.IsZero || next <= For(key) || !bound.Covers(next) || _random?.NextDouble() < _protocol.NextDeclineRate)
        {
            return false;
        }

        if (!_protocol.Has(ProtocolFlaw.PromiseNotKept))
        {
            Promise(key, next);
        }

        return true;
    }

    /// <summary>What no replica may do: planted by simulation only.</summary>
    public void Forget(in Key key) => _promises.Remove(key);

    /// <summary>An accept at <paramref name="ballot"/> stands for the promise from now on.</summary>
    public void Retire(in Key key, Ballot ballot)
    {
        if (_promises.TryGetValue(key, out Ballot promised) && promised <= ballot)
        {
            _promises.Remove(key);
        }
    }
}
