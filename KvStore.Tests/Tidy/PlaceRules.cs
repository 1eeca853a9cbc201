using System.Text.RegularExpressions;

namespace KvStore.Tests.Tidy;

/// <summary>What no file of the repository may name: a machine it was written on, where packages come from, work left for later.</summary>
internal static partial class PlaceRules
{
    /// <summary>Hosts with a dot that a file may name. A feed or a machine is a matter of who builds, not of the repository.</summary>
    private static readonly IReadOnlySet<string> Hosts = new HashSet<string>
    {
        "0.0.0.0", "example.org", "www.w3.org", "json.schemastore.org", "json-schema.org",
    };

    /// <summary>Written apart, or this file would be a finding.</summary>
    private static readonly string[] LeftForLater = ["TO" + "DO", "FIX" + "ME", "HA" + "CK"];

    private static readonly string[] MachineFolders = ["/home" + "/", "/Users" + "/", "/root" + "/", "/work" + "/", "/tmp" + "/", @":\Users" + @"\"];

    public static IEnumerable<Finding> Machines(IEnumerable<RepositoryFile> files) =>
        from file in files
        from line in file.Lines.Index()
        from folder in MachineFolders
        where Contains(line.Item, folder)
        select file.FindingAt(line.Index + 1, $"names a folder of a machine: {folder}");

    public static IEnumerable<Finding> Feeds(IEnumerable<RepositoryFile> files) =>
        from file in files
        from line in file.Lines.Index()
        from host in Addresses().Matches(line.Item).Select(match => match.Groups["host"].Value.ToLowerInvariant())
        where host.Contains('.') && !Hosts.Contains(host) && !host.StartsWith("127.", StringComparison.Ordinal)
        select file.FindingAt(line.Index + 1, $"names the host {host}, which is not on the list of PlaceRules");

    public static IEnumerable<Finding> Unfinished(IEnumerable<RepositoryFile> files) =>
        from file in files
        from line in file.Lines.Index()
        from word in LeftForLater
        where Regex.IsMatch(line.Item, $@"\b{word}\b", RegexOptions.CultureInvariant)
        select file.FindingAt(line.Index + 1, $"leaves work for later: {word}");

    [GeneratedRegex("https?://(?<host>[A-Za-z0-9.-]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Addresses();

    /// <summary>A folder at the beginning of a path: not the middle of a longer one or of a URL.</summary>
    private static bool Contains(string line, string folder)
    {
        for (var at = line.IndexOf(folder, StringComparison.Ordinal); at >= 0; at = line.IndexOf(folder, at + 1, StringComparison.Ordinal))
        {
            var before = at == 0 ? ' ' : line[at - 1];
            var after = at + folder.Length < line.Length ? line[at + folder.Length] : ' ';
            if (!char.IsLetterOrDigit(before) && before is not ('.' or '_' or '-' or '}' or '*') && char.IsLetterOrDigit(after))
            {
                return true;
            }

            if (folder[0] == ':' && char.IsLetter(before))
            {
                return true;
            }
        }

        return false;
    }
}
