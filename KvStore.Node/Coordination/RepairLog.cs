using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>
/// What one lane repaired in the replicas of its slots, summed by the minute: a repair by itself says little, and there may be as
/// many as there are keys. A bounded number of sums, the oldest go. Written by the lane; any thread may read.
/// </summary>
internal sealed class RepairLog
{
    /// <summary>Sums kept.</summary>
    public const int SumsMax = 64;

    /// <summary>Over what is summed.</summary>
    public const long WindowMilliseconds = 60_000;

    private readonly Lock _lock = new();
    private readonly Queue<OpenSum> _sums = new();

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<RepairSum> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _sums.Select(sum => new RepairSum(sum.Kind, sum.Member, sum.From, sum.Last, sum.Keys, sum.Slots.Count))];
            }
        }
    }

    /// <param name="member">With whom: that was taught, or that differed.</param>
    /// <param name="wall">Unix milliseconds.</param>
    public void Add(RepairKind kind, MemberId member, Slot slot, long wall)
    {
        long from = wall - (wall % WindowMilliseconds);
        lock (_lock)
        {
            OpenSum? sum = _sums.LastOrDefault(open => open.Kind == kind && open.Member == member && open.From == from);
            if (sum is null)
            {
                sum = new OpenSum(kind, member, from);
                _sums.Enqueue(sum);
                if (_sums.Count > SumsMax)
                {
                    _sums.Dequeue();
                }
            }

            sum.Keys++;
            sum.Last = wall;
            sum.Slots.Add(slot.Number);
        }
    }

    /// <summary>The sums of several lanes as those of one member: a slot belongs to one lane, so nothing is counted twice.</summary>
    /// <returns>The oldest first; at most <see cref="SumsMax"/>, the newest.</returns>
    public static IReadOnlyList<RepairSum> Merge(IEnumerable<RepairSum> lanes) =>
    [
        .. lanes.GroupBy(sum => (sum.Kind, sum.Member, sum.From))
            .Select(same => new RepairSum(
                same.Key.Kind, same.Key.Member, same.Key.From, same.Max(sum => sum.Last), same.Sum(sum => sum.Keys), same.Sum(sum => sum.Slots)))
            .OrderBy(sum => sum.Last).ThenBy(sum => sum.Kind).ThenBy(sum => sum.Member).TakeLast(SumsMax),
    ];

    private sealed class OpenSum(RepairKind kind, MemberId member, long from)
    {
        public RepairKind Kind => kind;

        public MemberId Member => member;

        public long From => from;

        public long Last { get; set; }

        public int Keys { get; set; }

        // No more than the keys of a minute.
        public HashSet<ushort> Slots { get; } = [];
    }
}
