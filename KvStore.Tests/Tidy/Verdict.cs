using Xunit;

namespace KvStore.Tests.Tidy;

/// <summary>What remains of a rule's findings after its allowances.</summary>
internal static class Verdict
{
    /// <summary>Findings that no allowance covers, and allowances that cover none.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<Finding> findings, IReadOnlyCollection<Allowance> allowances)
    {
        var all = findings.ToList();
        var unallowed = all.Where(finding => !allowances.Any(allowance => allowance.Covers(finding))).Select(finding => finding.ToString());
        var unneeded = allowances
            .Where(allowance => !all.Exists(allowance.Covers))
            .Select(allowance => $"{allowance.Path}: the exception for '{allowance.Part}' is no longer needed; remove it");
        return [.. unallowed, .. unneeded];
    }

    public static void Clean(IEnumerable<Finding> findings, params IReadOnlyCollection<Allowance> allowances)
    {
        var problems = Of(findings, allowances);
        if (problems.Count > 0)
        {
            Assert.Fail($"{problems.Count} to mend:\n{string.Join('\n', problems)}");
        }
    }
}
