namespace KvStore.Tests.Tidy;

/// <summary>A text file of the repository.</summary>
/// <param name="Path">From the root, with slashes.</param>
internal sealed record RepositoryFile(string Path, string Text)
{
    /// <summary>Its lines without their ends; what follows the last line feed is a line only if it is not empty.</summary>
    public IReadOnlyList<string> Lines { get; } = SplitLines(Text);

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>"" for a file at the root.</summary>
    public string Folder => Path.Contains('/') ? Path[..Path.LastIndexOf('/')] : "";

    /// <summary>The first folder of the path; "" for a file at the root.</summary>
    public string Project => Path.Contains('/') ? Path[..Path.IndexOf('/')] : "";

    public bool IsStandIn => Project == "standins";

    public bool IsTest => Project == "KvStore.Tests";

    public bool HasExtension(params ReadOnlySpan<string> extensions)
    {
        foreach (var extension in extensions)
        {
            if (Name.EndsWith(extension, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    public Finding FindingAt(int line, string message) => new(Path, line, message);

    private static string[] SplitLines(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
