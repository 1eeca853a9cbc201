using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KvStore.Tests.Tidy;

/// <summary>Documents: what they point to exists, and what they promise is there.</summary>
internal static partial class DocumentRules
{
    public const string Decisions = "docs/decisions";

    /// <summary>What README promises: one command runs the cluster, one tests it.</summary>
    public static readonly IReadOnlyList<string> Commands = ["dotnet run --project KvStore.AppHost", "dotnet test"];

    /// <summary>Links into the repository whose file or heading is not there.</summary>
    /// <param name="paths">Every path of the repository.</param>
    public static IEnumerable<Finding> DeadLinks(IEnumerable<RepositoryFile> files, IReadOnlySet<string> paths)
    {
        var documents = files.Where(file => file.HasExtension(".md")).ToDictionary(file => file.Path, file => new MarkdownFile(file));
        foreach (var document in documents.Values)
        {
            foreach (var (line, target) in document.Links.Where(link => !link.Target.Contains("://", StringComparison.Ordinal)))
            {
                var parts = target.Split('#', 2);
                var path = parts[0].Length == 0 ? document.File.Path : Resolve(document.File.Folder, parts[0]);
                if (path is null || (path.Length > 0 && !paths.Contains(path)))
                {
                    yield return document.File.FindingAt(line, $"links to {target}, which does not exist");
                }
                else if (parts.Length == 2 && documents.TryGetValue(path, out var other) && !other.Anchors.Contains(parts[1]))
                {
                    yield return document.File.FindingAt(line, $"links to {target}, but {path} has no such heading");
                }
            }
        }
    }

    /// <summary>Code names of the documents about the code that nothing in the code has: what was renamed is told wrongly.</summary>
    public static IEnumerable<Finding> UnknownNames(IEnumerable<RepositoryFile> files, IReadOnlyCollection<SourceFile> sources)
    {
        var known = sources.SelectMany(source => source.Root.DescendantTokens()).Where(token => token.IsKind(SyntaxKind.IdentifierToken))
            .Select(token => token.Text).Concat(sources.Select(source => source.File.Name.Split('.')[0])).ToHashSet(StringComparer.Ordinal);
        return from file in files
               where file.Path == "ARCHITECTURE.md" || file.Folder == Decisions
               from span in new MarkdownFile(file).CodeSpans
               where Name().IsMatch(span.Text)
               from part in span.Text.Split('(')[0].Split('.')
               where !known.Contains(part)
               select file.FindingAt(span.Line, $"names {span.Text}, but the code has no {part}");
    }

    /// <summary>The commands of the README's first code block, if they are not exactly the two.</summary>
    public static IEnumerable<Finding> OtherCommands(RepositoryFile readme)
    {
        var first = new MarkdownFile(readme).CodeBlocks.FirstOrDefault() ?? [];
        var commands = first.Where(line => line.Length > 0).ToList();
        if (!commands.SequenceEqual(Commands))
        {
            yield return readme.FindingAt(0, $"its first code block is not the two commands but: {string.Join(" | ", commands)}");
        }
    }

    /// <summary>Decision records out of number, without the heading of their number, or missing in the index.</summary>
    public static IEnumerable<Finding> LooseDecisions(IReadOnlyCollection<RepositoryFile> files)
    {
        var records = files.Where(file => file.Folder == Decisions && file.HasExtension(".md") && file.Name != "README.md")
            .OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
        var index = files.FirstOrDefault(file => file.Path == $"{Decisions}/README.md");
        var linked = index is null ? [] : new MarkdownFile(index).Links.Select(link => link.Target).ToHashSet();
        foreach (var (place, record) in records.Index())
        {
            var number = place + 1;
            if (!record.Name.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{number:d4}-"), StringComparison.Ordinal))
            {
                yield return record.FindingAt(0, string.Create(CultureInfo.InvariantCulture, $"record {number} in order is not numbered so"));
            }
            else if (record.Lines.FirstOrDefault()?.StartsWith(string.Create(CultureInfo.InvariantCulture, $"# {number}. "), StringComparison.Ordinal) != true)
            {
                yield return record.FindingAt(1, string.Create(CultureInfo.InvariantCulture, $"does not begin with '# {number}. '"));
            }

            if (!linked.Contains(record.Name))
            {
                yield return record.FindingAt(0, $"is not linked from {Decisions}/README.md");
            }

            foreach (var heading in new[] { "context", "decision", "cost" }.Except(new MarkdownFile(record).Anchors))
            {
                yield return record.FindingAt(0, $"has no heading '{heading}'");
            }
        }
    }

    /// <summary>"Lane", "Lane.Run", "Invariant.Holds(...)"; not a file, a folder, a command or a word in lower case.</summary>
    [GeneratedRegex(@"^[A-Z][a-z]\w*(\.[A-Z][a-z]\w*)?(\(.*\))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    /// <summary>Null if it leads out of the repository; "" for its root.</summary>
    private static string? Resolve(string folder, string target)
    {
        var parts = folder.Split('/', StringSplitOptions.RemoveEmptyEntries).ToList();
        foreach (var part in Uri.UnescapeDataString(target).Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count == 0)
            {
                return null;
            }
            else
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return string.Join('/', parts);
    }
}
