using System.IO.Enumeration;

namespace KvStore.Tests.Tidy;

/// <summary>The names .gitignore leaves out. Understands the patterns this repository uses: a name, with or without a * or a final slash.</summary>
internal sealed class IgnoredNames
{
    private readonly List<string> _patterns = [".git"];

    private IgnoredNames()
    {
    }

    /// <exception cref="FormatException">A line is a pattern with a meaning this does not know.</exception>
    public static IgnoredNames Parse(IEnumerable<string> lines)
    {
        var names = new IgnoredNames();
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var pattern = line.TrimEnd('/');
            if (pattern.Contains('/') || pattern.Contains('!') || pattern.Contains('['))
            {
                throw new FormatException($".gitignore: '{line}' is more than a name; teach IgnoredNames what it means.");
            }

            names._patterns.Add(pattern);
        }

        return names;
    }

    public bool Match(string name) => _patterns.Exists(pattern => FileSystemName.MatchesSimpleExpression(pattern, name));
}
