using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node.Replication;

/// <summary>
/// A lane's replica as its own coordinator uses it for keys that have no other owner. What a round would ask of one replica and
/// be answered by it is done in one step: the lane does nothing in between, so prepare and accept need no promise and no message.
/// </summary>
/// <remarks>
/// Called by the lane's coordinator, for keys that <see cref="Owns"/>. What must hold is what must hold of <see cref="Replica"/>,
/// whose promises, Bound and busy keys these are: peers that still take the key for theirs are answered there as ever.
/// </remarks>
internal sealed class SoleReplica(
    int lane, MemberId self, IStore store, LaneLog log, LaneBound bound, PromiseTable promises, VoteGate votes, ReplicaAdmission admission,
    Dictionary<Key, BusyKey> busy, Action<BusyKey> resume, ProtocolSettings protocol)
{
    /// <summary>Whether this member alone owns the slot at the lane's epoch, and is to own it at the next, and votes.</summary>
    public bool Owns(Slot slot)
    {
        SlotOwners owners = admission.Topology.OwnersOf(slot);
        bool isAlone = owners.Count == 1 || (protocol.Has(ProtocolFlaw.SoleWhileJoint) && owners.Replication == 1);
        return isAlone && owners.PlaceOf(self) == 0 && votes.IsOpen;
    }

    /// <summary>What the key holds, as every reader may know it.</summary>
    /// <returns>False where it has to be read from the disk.</returns>
    public bool TryRead(in Key key, out RegisterRecord record)
    {
        if (!busy.TryGetValue(key, out BusyKey? other))
        {
            return store.TryRead(lane, key, out record);
        }

        record = other.Durable;
        return !other.IsReading;
    }

    /// <summary>As <see cref="TryRead"/>, without a copy.</summary>
    /// <param name="view">Good until the lane's next call to the store.</param>
    public bool TryView(in Key key, out RegisterView view)
    {
        if (!busy.TryGetValue(key, out BusyKey? other))
        {
            return store.TryView(lane, key, out view);
        }

        view = RegisterView.Of(other.Durable.State);
        return !other.IsReading;
    }

    /// <summary>Whether a round under this ballot can be decided now; if so it is to be decided before anything else is done here.</summary>
    /// <param name="accepted">
    /// What the key holds, or will once what is on its way to the disk is there: whatever is decided on it comes behind that in
    /// the log, and is lost with it.
    /// </param>
    /// <param name="isDurable">Whether it is what the key holds: only then may anything be told of it before the log is further.</param>
    /// <param name="floor">Of its slot.</param>
    public bool TryBegin(in Key key, Ballot ballot, out RegisterRecord accepted, out bool isDurable, out Ballot floor)
    {
        accepted = RegisterRecord.Absent;
        floor = Ballot.Zero;
        isDurable = !busy.TryGetValue(key, out BusyKey? other);
        if (admission.IsHolding || !admission.TakesWrites || !bound.Covers(ballot))
        {
            return false;
        }

        if (isDurable)
        {
            if (!store.TryRead(lane, key, out accepted))
            {
                return false;
            }
        }
        else if (other is SoleKey { HasWaiting: false })
        {
            accepted = other.Record;
        }
        else
        {
            return false;
        }

        floor = store.FloorOf(key.Slot);
        Ballot promised = protocol.Has(ProtocolFlaw.SoleIgnoresPromises) ? Ballot.Zero : promises.For(key);
        return new Acceptor(promised, accepted, floor, protocol.Flaw).MayPromise(ballot, out _);
    }

    /// <summary>Writes what such a round decided.</summary>
    public void Write(SoleWrite write)
    {
        SoleKey own;
        if (busy.TryGetValue(write.Key, out BusyKey? before))
        {
            own = (SoleKey)before;
        }
        else
        {
            own = new SoleKey(write.Previous);
            busy.Add(write.Key, own);
        }

        own.Begin(write.Record);
        bound.KeepAhead(write.Record.Ballot);
        log.Append(StoreEntry.Of(write.Key, write.Record), write);
    }

    /// <summary>It is durable: from here on it is what the key holds.</summary>
    /// <returns>For <see cref="Resume"/>; null where others follow.</returns>
    public SoleKey? Apply(SoleWrite write)
    {
        SoleKey own = (SoleKey)busy[write.Key];
        bool isLast = own.End(write.Record);
        if (isLast)
        {
            busy.Remove(write.Key);
        }

        store.Apply(lane, write.Key, write.Previous, write.Record, write.Lsn);
        promises.Retire(write.Key, write.Record.Ballot);
        return isLast ? own : null;
    }

    /// <summary>Takes up what waited for the key.</summary>
    public void Resume(SoleKey key) => resume(key);
}
