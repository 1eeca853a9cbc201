namespace KvStore.Tests.Simulation;

/// <summary>What a disk holds durably at one moment: an oracle's view, or the older copy that somebody restores.</summary>
internal sealed class DiskImage(IEnumerable<KeyValuePair<string, byte[]>> files)
{
    private readonly SortedDictionary<string, byte[]> _files = new(files.ToDictionary(file => file.Key, file => file.Value), StringComparer.Ordinal);

    public IReadOnlyDictionary<string, byte[]> Files => _files;
}
