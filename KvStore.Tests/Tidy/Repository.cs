namespace KvStore.Tests.Tidy;

/// <summary>
/// The repository's own files, as the Tidy tests read them: everything below the folder of KvStore.sln except what
/// .gitignore leaves out.
/// </summary>
/// <remarks>
/// Tidy/ holds the rules of CONTRIBUTING.md that a compiler does not: layers, names, sizes, documents. Each rule is a pure
/// function from files to <see cref="Finding"/>s, so that a small bad sample can show that it does find something.
/// Exceptions are <see cref="Allowance"/>s with a reason, and one that is no longer needed is a finding too.
/// </remarks>
internal sealed class Repository
{
    private const int BinaryProbeBytes = 8000;

    private static readonly Lazy<Repository> OnDisk = new(() => Read(FindRoot()));

    private Repository(IReadOnlyList<RepositoryFile> files)
    {
        Files = files;
        Sources = [.. files.Where(file => file.HasExtension(".cs")).AsParallel().AsOrdered().Select(SourceFile.Parse)];
    }

    /// <summary>The folder of KvStore.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>This repository. Read once.</summary>
    public static Repository Here => OnDisk.Value;

    /// <summary>Every text file, by path.</summary>
    public IReadOnlyList<RepositoryFile> Files { get; }

    /// <summary>Every C# file, parsed.</summary>
    public IReadOnlyList<SourceFile> Sources { get; }

    /// <summary>Every path, those of binary files and folders included.</summary>
    public IReadOnlySet<string> Paths { get; private init; } = new HashSet<string>();

    /// <summary>What is written by hand: no stand-in, whose public names and shapes are upstream's.</summary>
    public IEnumerable<SourceFile> Own => Sources.Where(source => !source.File.IsStandIn);

    public RepositoryFile File(string path) =>
        Files.FirstOrDefault(file => file.Path == path) ?? throw new FileNotFoundException($"The repository has no {path}.");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "KvStore.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds KvStore.sln.");
    }

    private static Repository Read(string root)
    {
        var ignored = IgnoredNames.Parse(System.IO.File.ReadAllLines(Path.Combine(root, ".gitignore")));
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        var files = new List<RepositoryFile>();
        var folders = new Stack<DirectoryInfo>([new DirectoryInfo(root)]);
        while (folders.TryPop(out var folder))
        {
            foreach (var entry in folder.EnumerateFileSystemInfos().Where(entry => !ignored.Match(entry.Name) && entry.LinkTarget is null))
            {
                var path = Path.GetRelativePath(root, entry.FullName).Replace('\\', '/');
                paths.Add(path);
                if (entry is DirectoryInfo inner)
                {
                    folders.Push(inner);
                }
                else if (System.IO.File.ReadAllBytes(entry.FullName) is var bytes && !bytes.AsSpan(0, Math.Min(bytes.Length, BinaryProbeBytes)).Contains((byte)0))
                {
                    files.Add(new RepositoryFile(path, System.Text.Encoding.UTF8.GetString(bytes)));
                }
            }
        }

        return new Repository([.. files.OrderBy(file => file.Path, StringComparer.Ordinal)]) { Paths = paths };
    }
}
