using KvStore.Node.Migration;
using KvStore.Node.Topology;

namespace KvStore.Node;

/// <summary>The last changes of members that this process saw, the newest last; a bounded number. Thread safe.</summary>
/// <param name="migration">What this member takes over in the change that is, or was last.</param>
internal sealed class ChangeHistory(Func<MigrationReport> migration, TimeProvider time)
{
    public const int ChangesMax = 32;

    private readonly Lock _lock = new();
    private readonly Queue<ChangeRecord> _ended = new();
    private ChangeRecord? _underWay;
    private long _began;

    /// <summary>The one under way last.</summary>
    public IReadOnlyList<ChangeRecord> All
    {
        get
        {
            lock (_lock)
            {
                return _underWay is null ? [.. _ended] : [.. _ended, WithFigures(_underWay)];
            }
        }
    }

    /// <summary>An epoch came in force here. In order, none skipped.</summary>
    public void InForce(TopologyDocument before, TopologyDocument after)
    {
        lock (_lock)
        {
            if (_underWay is { } change)
            {
                _ended.Enqueue(WithFigures(change) with { Took = time.GetElapsedTime(_began), IsGivenUp = after.Current.ToHashSet().SetEquals(before.Current) });
                _underWay = null;
                if (_ended.Count > ChangesMax)
                {
                    _ended.Dequeue();
                }
            }

            if (after.Next is not null)
            {
                _began = time.GetTimestamp();
                _underWay = new ChangeRecord(
                    after.Epoch,
                    time.GetUtcNow(),
                    null,
                    IsGivenUp: false,
                    [.. after.Members.Where(member => member.State == MemberState.Joining).Select(member => member.Name)],
                    [.. after.Members.Where(member => member.State == MemberState.Leaving).Select(member => member.Name)],
                    0,
                    0);
            }
        }
    }

    /// <summary>Under the lock.</summary>
    private ChangeRecord WithFigures(ChangeRecord change)
    {
        MigrationReport report = migration();
        return report.Epoch == change.Epoch ? change with { Keys = report.Keys, Bytes = report.Bytes } : change;
    }
}
