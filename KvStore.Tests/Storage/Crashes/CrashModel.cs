using KvStore.Node.Storage;

namespace KvStore.Tests.Storage.Crashes;

/// <summary>
/// What a disk may hold after a power cut, given what was done to it. A synced change is there. Of the others any may be there
/// or not, and of a write any sectors; the entries of one directory change in order, so that the later ones are lost first.
/// Directories keep no order among each other, nor a file's bytes with its name: that is less than ext4 gives (one journal,
/// in order), so what opens here opens there.
/// </summary>
internal sealed class CrashModel
{
    /// <summary>What a disk writes whole or not at all.</summary>
    public const int SectorLength = 512;

    private readonly DiskNode _root = new(isDirectory: true);
    private readonly List<DiskChange> _changes = [];

    /// <param name="before">What was there, and durable, when the recording began.</param>
    public CrashModel(DirectoryImage before, IReadOnlyList<DiskStep> steps)
    {
        foreach (string directory in before.Directories)
        {
            AddNode(-1, directory, new DiskNode(isDirectory: true));
        }

        foreach ((string path, byte[] bytes) in before.Files)
        {
            DiskNode file = AddNode(-1, path, new DiskNode(isDirectory: false));
            Add(new ContentChange(-1, file, 0, bytes));
        }

        _changes.ForEach(change => change.DurableAt = -1);
        for (int at = 0; at < steps.Count; at++)
        {
            Take(at, steps[at]);
        }
    }

    /// <summary>What a power cut after so many steps may take back, in order.</summary>
    public List<DiskChange> PendingAfter(int steps) => [.. _changes.Where(change => change.At < steps && change.DurableAt >= steps)];

    /// <summary>What was ever called so: files, or directories with all that was ever in them.</summary>
    public IReadOnlySet<DiskNode> NodesBelow(string path)
    {
        IEnumerable<DiskNode> found = [_root];
        foreach (string name in path.Split('/'))
        {
            found = found.SelectMany(node => TargetsOf(node, name)).ToList();
        }

        HashSet<DiskNode> below = [];
        Stack<DiskNode> open = new(found);
        while (open.TryPop(out DiskNode? node))
        {
            if (below.Add(node))
            {
                TargetsOf(node, name: null).ToList().ForEach(open.Push);
            }
        }

        return below;
    }

    /// <summary>All changes of so many steps, in order.</summary>
    public IEnumerable<DiskChange> DoneBy(int steps) => _changes.Where(change => change.At < steps);

    /// <summary>The disk after so many steps.</summary>
    /// <param name="lost">Changes among <see cref="PendingAfter"/> that did not reach it.</param>
    /// <param name="torn">A write of which only some sectors did, and those.</param>
    public DirectoryImage ImageAfter(int steps, IReadOnlySet<DiskChange> lost, (ContentChange Write, Func<int, bool> Sectors)? torn = null)
    {
        DirectoryImage image = new();
        Build(_root, "");
        return image;

        void Build(DiskNode directory, string path)
        {
            Dictionary<string, DiskNode> entries = [];
            foreach (EntryChange change in directory.Changes.TakeWhile(change => change.At < steps && !lost.Contains(change)).Cast<EntryChange>())
            {
                Apply(change, entries);
            }

            foreach ((string name, DiskNode node) in entries)
            {
                string full = path.Length == 0 ? name : $"{path}/{name}";
                if (node.IsDirectory)
                {
                    image.AddDirectory(full);
                    Build(node, full);
                }
                else
                {
                    image.Put(full, BytesOf(node, steps, lost, torn));
                }
            }
        }
    }

    /// <summary>What was ever in a directory, under one name or under any.</summary>
    private static IEnumerable<DiskNode> TargetsOf(DiskNode directory, string? name) => directory.Changes.OfType<EntryChange>()
        .Where(change => change.Added is not null && (name is null || change.Added == name)).Select(change => change.Target!);

    private static byte[] BytesOf(DiskNode file, int steps, IReadOnlySet<DiskChange> lost, (ContentChange Write, Func<int, bool> Sectors)? torn)
    {
        int whole = 0;
        while (whole < file.Changes.Count && file.Changes[whole].At < steps && !lost.Contains(file.Changes[whole]) && file.Changes[whole] != torn?.Write)
        {
            whole++;
        }

        byte[] bytes = file.BytesAfter(whole);
        DiskChange[] rest = [.. file.Changes.Skip(whole).TakeWhile(change => change.At < steps)];
        if (rest.Length == 0)
        {
            return bytes;
        }

        bytes = [.. bytes];
        foreach (DiskChange change in rest.Where(change => !lost.Contains(change)))
        {
            IEnumerable<DiskChange> parts = change == torn?.Write ? SectorsOf(torn.Value.Write, torn.Value.Sectors) : [change];
            bytes = DiskNode.Apply(bytes, parts);
        }

        return bytes;
    }

    private static IEnumerable<DiskChange> SectorsOf(ContentChange write, Func<int, bool> kept)
    {
        int sector = 0;
        for (long from = write.Offset; from < write.Offset + write.Bytes!.Length; sector++)
        {
            long to = Math.Min(write.Offset + write.Bytes.Length, ((from / SectorLength) + 1) * SectorLength);
            if (kept(sector))
            {
                yield return new ContentChange(write.At, write.Node, from, write.Bytes[(int)(from - write.Offset)..(int)(to - write.Offset)]);
            }

            from = to;
        }
    }

    private static void Apply(EntryChange change, Dictionary<string, DiskNode> entries)
    {
        if (change.Removed is not null)
        {
            entries.Remove(change.Removed);
        }

        if (change.Added is not null)
        {
            entries[change.Added] = change.Target!;
        }
    }

    private void Take(int at, DiskStep step)
    {
        switch (step.Kind)
        {
            case DiskOperationKind.CreateDirectory when Find(step.Path) is null:
                AddNode(at, step.Path, new DiskNode(isDirectory: true));
                break;
            case DiskOperationKind.CreateFile when Find(step.Path) is { } there:
                Add(new ContentChange(at, there, 0, null));
                break;
            case DiskOperationKind.CreateFile:
                AddNode(at, step.Path, new DiskNode(isDirectory: false));
                break;
            case DiskOperationKind.DeleteFile when Find(step.Path) is null:
                break;
            case DiskOperationKind.DeleteFile or DiskOperationKind.DeleteDirectory:
                Add(new EntryChange(at, ParentOf(step.Path), NameOf(step.Path), null, null));
                break;
            case DiskOperationKind.RenameFile or DiskOperationKind.RenameDirectory:
                Add(new EntryChange(at, ParentOf(step.Path), NameOf(step.Path), NameOf(step.NewPath!), Find(step.Path)!));
                break;
            case DiskOperationKind.Write:
                Add(new ContentChange(at, Find(step.Path)!, step.Offset, step.Bytes));
                break;
            case DiskOperationKind.SetLength:
                Add(new ContentChange(at, Find(step.Path)!, step.Offset, null));
                break;
            case DiskOperationKind.SyncFile or DiskOperationKind.SyncDirectory:
                Sync(at, Find(step.Path)!);
                break;
        }
    }

    private static void Sync(int at, DiskNode node)
    {
        for (int i = node.Changes.Count - 1; i >= 0 && node.Changes[i].DurableAt == int.MaxValue; i--)
        {
            node.Changes[i].DurableAt = at;
        }
    }

    private DiskNode AddNode(int at, string path, DiskNode node)
    {
        Add(new EntryChange(at, ParentOf(path), null, NameOf(path), node));
        return node;
    }

    private void Add(DiskChange change)
    {
        change.Node.Changes.Add(change);
        _changes.Add(change);
        if (change is EntryChange entry)
        {
            Apply(entry, change.Node.Entries);
        }
    }

    private DiskNode ParentOf(string path) => Find(Path.GetDirectoryName(path)!) ?? throw new InvalidOperationException($"{path} has no directory.");

    private DiskNode? Find(string path)
    {
        DiskNode? node = _root;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            node = node?.Entries.GetValueOrDefault(name);
        }

        return node;
    }

    private static string NameOf(string path) => Path.GetFileName(path);
}
