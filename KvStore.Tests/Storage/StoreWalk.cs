using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using Xunit;
using static KvStore.Tests.Storage.StoreHarness;

namespace KvStore.Tests.Storage;

/// <summary>
/// A random walk over a store: records, tombstones, purges, removals, floors and facts, some of them appended and not waited for, clean
/// restarts and crashes. <see cref="AssertAgrees"/> recomputes everything from a full scan and from the model.
/// </summary>
internal sealed class StoreWalk(StoreHarness harness, int seed)
{
    private static readonly FactKind[] Kinds =
        [FactKind.Bound, FactKind.Topology, FactKind.PendingChange, FactKind.Hint, FactKind.EpochVote, FactKind.Remembered];

    private readonly Random _random = new(seed);
    private readonly List<StoreEntry> _unapplied = [];
    private int _ballots;

    public StoreModel Model { get; } = new();

    public int Purges { get; private set; }

    public int Removals { get; private set; }

    public int Lost { get; private set; }

    /// <summary>Keys of a few slots with many keys each, so that floors meet tombstones.</summary>
    public async Task RunAsync(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            switch (_random.Next(100))
            {
                case < 40:
                    Append(StoreEntry.Of(NextKey(), Value(++_ballots, _random.Next(400))));
                    break;
                case < 65:
                    Append(StoreEntry.Of(NextKey(), Tombstone(++_ballots)));
                    break;
                case < 77:
                    Purge();
                    break;
                case < 80:
                    Remove();
                    break;
                case < 84:
                    Append(StoreEntry.Of(Fact.Floor(NextKey().Slot, Value(_random.Next(_ballots + 1)).Ballot)));
                    break;
                case < 90:
                    Append(StoreEntry.Of(FactOf(Kinds[_random.Next(Kinds.Length)], _random.Next(4), _random.Next(3) == 0 ? "" : $"fact {i}")));
                    break;
                case < 96:
                    ApplyAll();
                    break;
                case < 98:
                    await harness.ReopenAsync();
                    Recovered();
                    break;
                default:
                    await harness.CrashAsync();
                    Recovered();
                    break;
            }
        }

        ApplyAll();
    }

    public void AssertAgrees()
    {
        ApplyAll();
        harness.WaitUntil(
            () => Model.Records.Keys.All(key => harness.Store.CountsOf(key.Slot).Digest is not null), "every digest to be known");
        IReadOnlyList<StorePageEntry> scanned = harness.ScanAll();
        Assert.Equal(
            Model.Records.Select(pair => $"{pair.Key} {Encoded(pair.Value)}").Order(StringComparer.Ordinal),
            scanned.Select(entry => $"{entry.Key} {Encoded(entry.Record)}").Order(StringComparer.Ordinal));
        foreach (Slot slot in Model.Records.Keys.Select(key => key.Slot).Concat(Model.Floors.Keys).Append(new Slot(1)).Distinct())
        {
            Assert.Equal(Model.CountsOf(slot), harness.Store.CountsOf(slot));
            Assert.Equal(Model.Floors.GetValueOrDefault(slot), harness.Store.FloorOf(slot));
        }

        StoreStatus status = harness.Store.Status;
        Assert.Equal(
            (Model.Records.Values.LongCount(record => record.HasValue), Model.Records.Values.LongCount(record => !record.HasValue)),
            (status.Keys, status.Tombstones));
        Assert.Equal(Model.Facts, harness.Store.StandingFacts().Select(StoreModel.Described));
    }

    public void Append(in StoreEntry entry)
    {
        Model.Add(entry);
        _unapplied.Add(entry);
        Assert.Equal(Model.Count, harness.Append(entry));
        if (_random.Next(4) == 0)
        {
            ApplyAll();
        }
    }

    public void ApplyAll()
    {
        harness.WaitDurable(Model.Count);
        _unapplied.ForEach(entry => harness.ApplyEntry(entry));
        _unapplied.Clear();
    }

    private void Purge()
    {
        ApplyAll();
        Key[] tombstones = [.. Model.Records.Where(pair => pair.Value.State!.Kind == RegisterKind.Tombstone).Select(pair => pair.Key)];
        if (tombstones.Length > 0)
        {
            Key key = tombstones[_random.Next(tombstones.Length)];
            Append(StoreEntry.Purge(key, Model.Records[key].Ballot));
            Purges++;
        }
    }

    /// <summary>Of any record; and what was removed may come back as it was, or older, as it does with a slot that comes back.</summary>
    private void Remove()
    {
        ApplyAll();
        Key[] keys = [.. Model.Records.Keys];
        if (keys.Length > 0)
        {
            Key key = keys[_random.Next(keys.Length)];
            RegisterRecord record = Model.Records[key];
            Append(StoreEntry.Removal(key, record.Ballot));
            Removals++;
            if (_random.Next(2) == 0)
            {
                ApplyAll();
                Append(StoreEntry.Of(key, _random.Next(2) == 0 ? record : Value(1)));
            }
        }
    }

    private void Recovered()
    {
        int kept = (int)harness.Store.Contents.DurableLsn;
        Lost += Model.Count - kept;
        Model.CutTo(kept);
        _unapplied.Clear();
        harness.Expect(Model.Records);
        Assert.Equal(Model.Facts, harness.Store.Contents.Facts.Select(StoreModel.Described));
    }

    private Key NextKey() => KeyOf($"{{{_random.Next(4)}}}-{_random.Next(40)}");
}
