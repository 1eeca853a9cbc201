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

    [GeneratedRegex(@"\b[Ss]tand-?ins?\b|StandIn|UseUpstreamPackages", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
