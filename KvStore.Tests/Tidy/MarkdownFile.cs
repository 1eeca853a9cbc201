using System.Text;
using System.Text.RegularExpressions;

namespace KvStore.Tests.Tidy;

/// <summary>A document's links, headings and code blocks.</summary>
internal sealed partial class MarkdownFile
{
    private const string Fence = "```";

    public MarkdownFile(RepositoryFile file)
    {
        File = file;
        List<string>? block = null;
        foreach (var (index, line) in file.Lines.Index())
        {
            if (line.TrimStart().StartsWith(Fence, StringComparison.Ordinal))
            {
                if (block is null)
                {
                    block = [];
                    CodeBlocks.Add(block);
                }
                else
                {
                    block = null;
                }
            }
            else if (block is not null)
            {
                block.Add(line);
            }
            else
            {
                ReadText(index + 1, line);
            }
        }
    }

    public RepositoryFile File { get; }

    public List<IReadOnlyList<string>> CodeBlocks { get; } = [];

    /// <summary>Targets as written, with their lines.</summary>
    public List<(int Line, string Target)> Links { get; } = [];

    /// <summary>What stands between single backticks, with its lines.</summary>
    public List<(int Line, string Text)> CodeSpans { get; } = [];

    /// <summary>What a link's "#..." may name.</summary>
    public HashSet<string> Anchors { get; } = [];

    private void ReadText(int number, string line)
    {
        if (Heading().Match(line) is { Success: true } heading)
        {
            var anchor = AnchorOf(heading.Groups["text"].Value);
            var unique = anchor;
            for (var i = 1; !Anchors.Add(unique); i++)
            {
                unique = $"{anchor}-{i}";
            }
        }

        CodeSpans.AddRange(CodeSpan().Matches(line).Select(match => (number, match.Value.Trim('`'))));
        var text = CodeSpan().Replace(line, "");
        Links.AddRange(Link().Matches(text).Select(match => (number, match.Groups["target"].Value)));
    }

    /// <summary>As the usual renderers do: lower case, spaces to hyphens, everything else that is no letter, digit, hyphen or underscore left out.</summary>
    private static string AnchorOf(string heading)
    {
        var anchor = new StringBuilder();
        foreach (var c in heading.Trim().ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(c) || c is '-' or '_')
            {
                anchor.Append(c);
            }
            else if (c == ' ')
            {
                anchor.Append('-');
            }
        }

        return anchor.ToString();
    }

    [GeneratedRegex(@"^#{1,6}\s+(?<text>.*?)\s*#*$", RegexOptions.CultureInvariant)]
    private static partial Regex Heading();

    [GeneratedRegex("`[^`]*`", RegexOptions.CultureInvariant)]
    private static partial Regex CodeSpan();

    /// <summary>"[text](target)", "![text](target "title")", "[name]: target".</summary>
    [GeneratedRegex("""(?:\]\(\s*<?|^\[[^\]]+\]:\s+<?)(?<target>[^\s)>]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
