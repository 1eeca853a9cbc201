namespace KvStore.Tests.Tidy;

/// <summary>A known exception to a rule.</summary>
/// <param name="Path">The file it is for.</param>
/// <param name="Part">A part of the finding's message, so that a file's other findings stay findings; "" for any.</param>
/// <param name="Reason">Why the rule must give way there.</param>
internal sealed record Allowance(string Path, string Part, string Reason)
{
    public bool Covers(Finding finding) => finding.Path == Path && finding.Message.Contains(Part, StringComparison.Ordinal);
}
