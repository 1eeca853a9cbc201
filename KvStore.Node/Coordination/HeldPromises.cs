using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// One lane's held promises, the last made of each key. In memory only: losing one costs its key a prepare, so the cache is
/// bounded and drops the oldest.
/// </summary>
/// <param name="entriesMax">Keys, at most; the one held longest goes.</param>
/// <param name="valueBytesMax">Bytes of values, at most; likewise. A value longer than that is not held at all.</param>
internal sealed class HeldPromises(int entriesMax = HeldPromises.EntriesMax, long valueBytesMax = HeldPromises.ValueBytesMax)
{
    public const int EntriesMax = 4_096;

    public const long ValueBytesMax = 16 * 1024 * 1024;

    private readonly Dictionary<Key, LinkedListNode<(Key Key, HeldPromise Promise)>> _byKey = [];
    private readonly LinkedList<(Key Key, HeldPromise Promise)> _byAge = new();
    private Ballot _least;

    public int Count => _byKey.Count;

    public long ValueBytes { get; private set; }

    /// <summary>Rounds that began with one.</summary>
    public long Used { get; set; }

    /// <summary>
    /// Whether a ballot may be promised on top of the state: not on a tombstone, which is purged only where nothing above it
    /// is promised.
    /// </summary>
    public static bool MayFollow(RegisterState state) => state.Kind != RegisterKind.Tombstone;

    public void Put(in Key key, HeldPromise promise)
    {
        Drop(key);
        int bytes = promise.Record.State!.Value.Length;
        if (bytes > valueBytesMax)
        {
            return;
        }

        while (_byKey.Count >= entriesMax || ValueBytes + bytes > valueBytesMax)
        {
            Drop(_byAge.First!.Value.Key);
        }

        _byKey.Add(key, _byAge.AddLast((key, promise)));
        ValueBytes += bytes;
    }

    /// <summary>Keeps a promise if those that made it are a majority of every owner group.</summary>
    /// <param name="promise">With <see cref="HeldPromise.Next"/> zero if none was asked for.</param>
    /// <param name="accepted">Replicas that accepted the record, whether they promised or not, as bits.</param>
    public void Offer(in Key key, HeldPromise promise, in SlotOwners owners, uint accepted, ProtocolSettings protocol)
    {
        promise = protocol.Flaw switch
        {
            ProtocolFlaw.AcksCountedAsPromises => promise with { Replicas = accepted },
            ProtocolFlaw.PrepareSkipped => promise with { Replicas = accepted, Next = new Ballot(promise.Epoch, long.MaxValue, 0) },
            _ => promise,
        };
        if (!promise.Next.IsZero && owners.HasMajority(promise.Replicas))
        {
            Put(key, promise);
        }
    }

    /// <summary>
    /// Takes the key's promise out, whatever becomes of it, for a round of this epoch. It serves no level that asks for more
    /// than a majority: there a prepare must reach as many replicas before any accept leaves.
    /// </summary>
    public HeldPromise? TakeFor(in Key key, Epoch epoch, int needed, int replication, ProtocolSettings protocol)
    {
        HeldPromise? promise = Take(key);
        bool serves = promise is not null
            && (promise.Epoch == epoch || protocol.Has(ProtocolFlaw.HeldAcrossEpochs))
            && needed <= Consistency.Quorum.Needed(replication);
        return serves ? promise : null;
    }

    /// <summary>Takes the key's promise out: whoever has it uses it now or never.</summary>
    /// <returns>Null if there is none that may be used.</returns>
    public HeldPromise? Take(in Key key)
    {
        HeldPromise? promise = _byKey.TryGetValue(key, out LinkedListNode<(Key Key, HeldPromise Promise)>? node) ? node.Value.Promise : null;
        Drop(key);
        return promise is not null && promise.Next > _least ? promise : null;
    }

    public void Drop(in Key key)
    {
        if (_byKey.Remove(key, out LinkedListNode<(Key Key, HeldPromise Promise)>? node))
        {
            _byAge.Remove(node);
            ValueBytes -= node.Value.Promise.Record.State!.Value.Length;
        }
    }

    /// <summary>
    /// No ballot at or below this one is used any more: a change acknowledged at level one gives way to rounds above it, so
    /// what is written later must be above it.
    /// </summary>
    public void OnlyAbove(Ballot ballot) => _least = Ballot.Max(_least, ballot);

    public void Clear()
    {
        _byKey.Clear();
        _byAge.Clear();
        ValueBytes = 0;
    }
}
