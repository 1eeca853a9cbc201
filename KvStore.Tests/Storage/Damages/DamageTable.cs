using System.Globalization;

namespace KvStore.Tests.Storage.Damages;

/// <summary>The cases of each kind of damage by what became of them. All threads may add.</summary>
internal sealed class DamageTable
{
    private const int SilentShownMax = 20;

    private readonly Lock _gate = new();
    private readonly List<string> _kinds = [];
    private readonly Dictionary<(string Kind, DamageOutcome Outcome), long> _counts = [];
    private readonly List<string> _silent = [];

    public long Silent => Count(DamageOutcome.Silent);

    /// <summary>The first silent cases, with what was wrong.</summary>
    public IReadOnlyList<string> SilentCases => _silent;

    public void Add(string kind, string name, DamageOutcome outcome, string? what)
    {
        lock (_gate)
        {
            if (!_kinds.Contains(kind))
            {
                _kinds.Add(kind);
            }

            _counts[(kind, outcome)] = _counts.GetValueOrDefault((kind, outcome)) + 1;
            if (outcome == DamageOutcome.Silent && _silent.Count < SilentShownMax)
            {
                _silent.Add($"{kind}, {name}: {what}");
            }
        }
    }

    public long Count(DamageOutcome outcome, string? kind = null) =>
        _counts.Where(entry => entry.Key.Outcome == outcome && (kind is null || entry.Key.Kind == kind)).Sum(entry => entry.Value);

    public IEnumerable<string> Lines()
    {
        yield return Line("damage", "cases", "recovered", "refused", "told by peers", "silent");
        foreach (string kind in _kinds)
        {
            yield return Line(kind, kind);
        }

        yield return Line("all", kind: null);
    }

    private static string Line(params string[] cells) => string.Create(
        CultureInfo.InvariantCulture, $"{cells[0],-58} {cells[1],10} {cells[2],10} {cells[3],10} {cells[4],14} {cells[5],7}");

    private string Line(string name, string? kind)
    {
        long[] counts = [.. Enum.GetValues<DamageOutcome>().Select(outcome => Count(outcome, kind))];
        return Line([name, .. counts.Prepend(counts.Sum()).Select(count => count.ToString("N0", CultureInfo.InvariantCulture))]);
    }
}
