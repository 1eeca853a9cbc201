using KvStore.Node.Storage;

namespace KvStore.Tests.Storage.Crashes;

/// <summary>Every entry that was ever appended to a store, by log number: what it must hold after any prefix of them.</summary>
internal sealed class StoreTruth
{
    private readonly List<StoreEntry> _entries = [];

    /// <summary>The last log number appended.</summary>
    public long LsnLast => _entries.Count;

    /// <summary>Records removed because their slot moved away.</summary>
    public int Removed => _entries.Count(entry => entry.Kind == StoreEntryKind.Removal);

    public void Append(in StoreEntry entry) => _entries.Add(entry);

    /// <summary>Forgets what did not survive a crash: its log numbers are given out again.</summary>
    public void CutAfter(long lsn) => _entries.RemoveRange((int)lsn, _entries.Count - (int)lsn);

    /// <summary>The same entries, to be added to apart from this.</summary>
    public StoreTruth Copy()
    {
        StoreTruth copy = new();
        copy._entries.AddRange(_entries);
        return copy;
    }

    /// <summary>What there must be after so many of them.</summary>
    public StoreModel At(long lsn)
    {
        StoreModel model = new();
        foreach (StoreEntry entry in _entries.Take((int)lsn))
        {
            model.Add(entry);
        }

        return model;
    }
}
