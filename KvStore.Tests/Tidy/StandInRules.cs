using System.Text.RegularExpressions;

namespace KvStore.Tests.Tidy;

/// <summary>
/// The product is written to upstream's public API. Whether a package or a stand-in provides it is known to the build files
/// at the root alone.
/// </summary>
internal static partial class StandInRules
{
    public static IEnumerable<Finding> Mentions(IEnumerable<RepositoryFile> files) =>
        from file in files
        where file.Project.StartsWith("KvStore.", StringComparison.Ordinal) && !file.IsTest
        from line in file.Lines.Index()
        from word in Words().Matches(line.Item).Select(match => match.Value)
        select file.FindingAt(line.Index + 1, $"the product knows of stand-ins: {word}");

    /// <summary>Stand-ins that open their inside to the product: then it could use what upstream does not have.</summary>
    public static IEnumerable<Finding> OpenedToTheProduct(IEnumerable<RepositoryFile> files) =>
        from file in files
        where file.IsStandIn
        from line in file.Lines.Index()
        let friend = Friend().Match(line.Item)
        where friend.Success && friend.Groups["name"].Value is not "KvStore.Tests"
        select file.FindingAt(line.Index + 1, $"shows its inside to {friend.Groups["name"].Value}");

    [GeneratedRegex("""InternalsVisibleTo.*"(?<name>KvStore\.[\w.]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex Friend();

    [GeneratedRegex(@"\b[Ss]tand-?ins?\b|StandIn|UseUpstreamPackages", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
