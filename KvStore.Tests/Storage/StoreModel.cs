using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Tests.Storage;

/// <summary>What a store must hold: the entries appended to it, one after the other, in plain collections.</summary>
internal sealed class StoreModel
{
    private readonly List<StoreEntry> _log = [];

    public int Count => _log.Count;

    public Dictionary<Key, RegisterRecord> Records { get; } = [];

    public Dictionary<Slot, Ballot> Floors { get; } = [];

    /// <summary>The facts that stand, as text in their order.</summary>
    public IEnumerable<string> Facts => _facts
        .Concat(Floors.Select(floor => new KeyValuePair<(FactKind, long), string>((FactKind.Floor, floor.Key.Number), Encoded(floor.Value))))
        .OrderBy(fact => fact.Key)
        .Select(fact => $"{fact.Key.Item1} {fact.Key.Item2} {fact.Value}");

    private readonly Dictionary<(FactKind Kind, long Number), string> _facts = [];

    public void Add(in StoreEntry entry)
    {
        _log.Add(entry);
        Take(entry);
    }

    /// <summary>A crash took what came after the first <paramref name="count"/> entries.</summary>
    public void CutTo(int count)
    {
        _log.RemoveRange(count, _log.Count - count);
        Records.Clear();
        Floors.Clear();
        _facts.Clear();
        _log.ForEach(entry => Take(entry));
    }

    /// <summary>What a slot's counts and digest amount to, from the records themselves.</summary>
    public SlotCounts CountsOf(Slot slot)
    {
        Ballot floor = Floors.GetValueOrDefault(slot);
        SlotCounts counts = new(0, 0, 0, default(SlotDigest));
        foreach ((Key key, RegisterRecord record) in Records.Where(pair => pair.Key.Slot == slot))
        {
            bool isTombstone = record.State!.Kind == RegisterKind.Tombstone;
            counts = new SlotCounts(
                counts.Keys + (record.HasValue ? 1 : 0),
                counts.Tombstones + (isTombstone ? 1 : 0),
                counts.ValueBytes + (record.HasValue ? key.Length + record.State.Value.Length : 0),
                isTombstone && record.Ballot <= floor ? counts.Digest : counts.Digest + SlotDigest.Of(key, record.Ballot));
        }

        return counts;
    }

    public static string Described(Fact fact) => $"{fact.Kind} {fact.Number} {Convert.ToHexString(fact.Payload.Span)}";

    private void Take(in StoreEntry entry)
    {
        switch (entry.Kind)
        {
            case StoreEntryKind.Record:
                Records[entry.Key] = entry.Record;
                break;
            case StoreEntryKind.Purge:
                Records.Remove(entry.Key);
                Raise(entry.Key.Slot, entry.Purged);
                break;
            case StoreEntryKind.Removal:
                Records.Remove(entry.Key);
                break;
            case StoreEntryKind.Fact when entry.Fact.Kind == FactKind.Floor:
                Raise(new Slot((int)entry.Fact.Number), Ballot.ReadFrom(entry.Fact.Payload.Span));
                break;
            case StoreEntryKind.Fact when entry.Fact.Payload.IsEmpty:
                _facts.Remove((entry.Fact.Kind, entry.Fact.Number));
                break;
            default:
                _facts[(entry.Fact.Kind, entry.Fact.Number)] = Convert.ToHexString(entry.Fact.Payload.Span);
                break;
        }
    }

    private void Raise(Slot slot, Ballot floor) => Floors[slot] = Ballot.Max(floor, Floors.GetValueOrDefault(slot));

    private static string Encoded(Ballot ballot)
    {
        byte[] bytes = new byte[Ballot.EncodedLength];
        ballot.WriteTo(bytes);
        return Convert.ToHexString(bytes);
    }
}
