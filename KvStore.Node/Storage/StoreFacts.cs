using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>
/// The facts that stand: the latest of each kind and number, unless its payload is empty; of a floor the highest, whether a fact
/// or a purge raised it. Kept as the log becomes durable, so that a checkpoint can hold them; safe for any thread.
/// </summary>
/// <remarks>
/// All of them stay in memory, payloads included: whoever appends facts bounds their number and their bytes. What was appended
/// and is not durable yet waits here, bounded by the log itself.
/// </remarks>
internal sealed class StoreFacts
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(FactKind Kind, long Number), ReadOnlyMemory<byte>> _standing = [];
    private readonly Queue<(long Lsn, StoreEntry Entry)> _appended = new();

    /// <summary>Takes over what an entry that is durable says; a record or a removal says nothing.</summary>
    public void Set(in StoreEntry entry)
    {
        lock (_gate)
        {
            Take(entry);
        }
    }

    /// <summary>Call in the order of log numbers.</summary>
    public void Append(long lsn, in StoreEntry entry)
    {
        if (entry.Kind is StoreEntryKind.Fact or StoreEntryKind.Purge)
        {
            lock (_gate)
            {
                _appended.Enqueue((lsn, entry));
            }
        }
    }

    /// <summary>What was appended up to this log number stands now.</summary>
    public void MakeDurable(long lsn)
    {
        lock (_gate)
        {
            while (_appended.TryPeek(out (long Lsn, StoreEntry Entry) next) && next.Lsn <= lsn)
            {
                Take(next.Entry);
                _appended.Dequeue();
            }
        }
    }

    /// <summary>The durable ones at this moment, ordered by kind and number.</summary>
    public IReadOnlyList<Fact> Standing()
    {
        lock (_gate)
        {
            return [.. _standing.Select(entry => new Fact(entry.Key.Kind, entry.Key.Number, entry.Value))];
        }
    }

    /// <summary>The floors that stand.</summary>
    public IEnumerable<(Slot Slot, Ballot Floor)> Floors() => Standing()
        .Where(fact => fact.Kind == FactKind.Floor)
        .Select(fact => (new Slot((int)fact.Number), Ballot.ReadFrom(fact.Payload.Span)));

    /// <summary>The floors that stand of these slots, in that order; zero where none does.</summary>
    public Ballot[] FloorsOf(IReadOnlyList<ushort> numbers)
    {
        lock (_gate)
        {
            return [.. numbers.Select(number => _standing.TryGetValue((FactKind.Floor, number), out ReadOnlyMemory<byte> floor) ? Ballot.ReadFrom(floor.Span) : Ballot.Zero)];
        }
    }

    private void Take(in StoreEntry entry)
    {
        switch (entry.Kind)
        {
            case StoreEntryKind.Purge:
                RaiseFloor(Fact.Floor(entry.Key.Slot, entry.Purged));
                return;
            case StoreEntryKind.Fact when entry.Fact.Payload.IsEmpty:
                _standing.Remove((entry.Fact.Kind, entry.Fact.Number));
                return;
            case StoreEntryKind.Fact when entry.Fact.Kind == FactKind.Floor:
                RaiseFloor(entry.Fact);
                return;
            case StoreEntryKind.Fact:
                _standing[(entry.Fact.Kind, entry.Fact.Number)] = entry.Fact.Payload;
                return;
            default:
                return;
        }
    }

    private void RaiseFloor(in Fact floor)
    {
        if (!_standing.TryGetValue((FactKind.Floor, floor.Number), out ReadOnlyMemory<byte> standing)
            || Ballot.ReadFrom(floor.Payload.Span) > Ballot.ReadFrom(standing.Span))
        {
            _standing[(FactKind.Floor, floor.Number)] = floor.Payload;
        }
    }
}
