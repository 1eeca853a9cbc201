using System.Collections.Concurrent;
using KvStore.Node.Membership;
using KvStore.Node.Migration;
using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node;

/// <summary>
/// Evictions as one member sees them: joins <see cref="EvictionPolicy"/> with failure detection, with what others say they
/// want, and with people who want a dead member kept. What it says goes out with every packet of failure detection. Any thread.
/// </summary>
/// <remarks>
/// That a member is to be kept spreads from member to member and holds for the life it has: as soon as it was alive again it is
/// forgotten. It is in memory only, which is safe because a member that starts takes nobody for dead at first.
/// </remarks>
/// <param name="after">How long a member must be dead; zero: nobody is ever evicted.</param>
/// <param name="sights">How this member sees the others.</param>
/// <param name="events">Told what is ahead, before it happens.</param>
internal sealed class MemberEvictions(
    MemberId self, TimeSpan after, Func<TopologySnapshot> topology, Func<IReadOnlyList<MemberSight>> sights, TopologyEvents events, TimeProvider time)
{
    /// <summary>What was said longer ago counts no more.</summary>
    public static readonly TimeSpan SaidAgeMax = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<MemberId, (MemberId Wanted, long At)> _said = new();
    private readonly ConcurrentDictionary<MemberId, long> _kept = new();
    private readonly Dictionary<MemberId, long> _announced = [];
    private int _turn;

    /// <summary>What this member says.</summary>
    public EvictionSigns Signs
    {
        get
        {
            IReadOnlyList<MemberSight> seen = sights();
            if (seen.All(static sight => sight.Liveness != Liveness.Dead))
            {
                return default; // as nearly always
            }

            MemberId wanted = EvictionPolicy.WantedBy(topology().Document, seen, after, IsKept)?.Member ?? default;
            MemberSight[] kept = [.. seen.Where(IsKept)];
            MemberSight? told = kept.Length == 0 ? null : kept[(Interlocked.Increment(ref _turn) & int.MaxValue) % kept.Length];
            return new EvictionSigns(wanted, told?.Member ?? default, told?.Incarnation ?? 0);
        }
    }

    /// <summary>Takes what a member says.</summary>
    public void Hear(MemberId from, EvictionSigns signs)
    {
        if (topology().Find(from) is null)
        {
            return;
        }

        _said[from] = (signs.Wanted, time.GetTimestamp());
        if (topology().Find(signs.Kept) is not null)
        {
            _kept.AddOrUpdate(signs.Kept, signs.KeptIncarnation, (_, known) => Math.Max(known, signs.KeptIncarnation));
        }
    }

    /// <summary>Somebody wants a member kept. Others hear of it within a few intervals of gossip.</summary>
    /// <returns>Why not, for people; null if it is.</returns>
    public string? Keep(TopologyMember member)
    {
        if (sights().FirstOrDefault(sight => sight.Member == member.Id) is not { Liveness: Liveness.Dead } sight)
        {
            return $"{member.Name} is not dead: nobody would remove it";
        }

        if (topology().Document.Next is not null)
        {
            return $"a change of owners is under way, at epoch {topology().Epoch}: ask again when it is complete";
        }

        _kept[member.Id] = sight.Incarnation;
        events.Kept(member, topology().Epoch);
        return null;
    }

    /// <summary>The member that is to be removed now; null if none is. One call at a time.</summary>
    public TopologyMember? Look(TopologySnapshot now)
    {
        IReadOnlyList<MemberSight> seen = sights();
        Forget(now);
        Announce(now, seen);
        return now.Document.Next is null
            && EvictionPolicy.WantedBy(now.Document, seen, after, IsKept) is { } wanted
            && AgreeingOn(now.Document, wanted.Member).Count >= EvictionPolicy.MajorityOf(now.Document)
            && ObstacleOf(now, wanted.Member, seen) is null
            ? now.Find(wanted.Member)
            : null;
    }

    /// <summary>Of every dead member.</summary>
    public IReadOnlyList<EvictionReport> Reports()
    {
        TopologySnapshot now = topology();
        IReadOnlyList<MemberSight> seen = sights();
        return [.. seen.Where(sight => sight.Liveness == Liveness.Dead && now.Find(sight.Member) is not null).Select(sight => ReportOf(now, seen, sight))];
    }

    private static string? ObstacleOf(TopologySnapshot now, MemberId member, IReadOnlyList<MemberSight> seen)
    {
        HashSet<MemberId> dead = [.. seen.Where(static sight => sight.Liveness == Liveness.Dead).Select(static sight => sight.Member)];
        return ChangePlan.ProblemOf(now, now.Find(member)!, MembershipChange.Remove, isForced: false, dead.Contains);
    }

    private EvictionReport ReportOf(TopologySnapshot now, IReadOnlyList<MemberSight> seen, MemberSight sight)
    {
        bool isKept = IsKept(sight);
        return new EvictionReport(
            now.Find(sight.Member)!,
            sight.Age,
            isKept || after <= TimeSpan.Zero ? null : TimeSpan.FromTicks(Math.Max(0, (after - sight.Age).Ticks)),
            [.. AgreeingOn(now.Document, sight.Member).Select(now.Find).OfType<TopologyMember>()],
            EvictionPolicy.MajorityOf(now.Document),
            isKept,
            ObstacleOf(now, sight.Member, seen) ?? "");
    }

    /// <summary>Once for each life of a member that has ended.</summary>
    private void Announce(TopologySnapshot now, IReadOnlyList<MemberSight> seen)
    {
        foreach (MemberSight sight in after <= TimeSpan.Zero ? [] : seen)
        {
            if (sight.Liveness == Liveness.Dead && now.Find(sight.Member) is { } member && _announced.GetValueOrDefault(sight.Member, -1) != sight.Incarnation)
            {
                _announced[sight.Member] = sight.Incarnation;
                events.EvictionAhead(member, now.Epoch, after - sight.Age);
            }
        }
    }

    private IReadOnlyList<MemberId> AgreeingOn(TopologyDocument document, MemberId member) => EvictionPolicy.AgreeingOn(document, member, WantedBy);

    private MemberId WantedBy(MemberId observer) =>
        observer == self ? EvictionPolicy.WantedBy(topology().Document, sights(), after, IsKept)?.Member ?? default
        : _said.TryGetValue(observer, out (MemberId Wanted, long At) said) && time.GetElapsedTime(said.At) <= SaidAgeMax ? said.Wanted
        : default;

    private bool IsKept(MemberSight sight) => _kept.TryGetValue(sight.Member, out long incarnation) && sight.Incarnation <= incarnation;

    private void Forget(TopologySnapshot now)
    {
        foreach (MemberId member in _said.Keys.Where(member => now.Find(member) is null))
        {
            _said.TryRemove(member, out _);
        }

        foreach (MemberId member in _kept.Keys.Where(member => now.Find(member) is null))
        {
            _kept.TryRemove(member, out _);
        }

        foreach (MemberId member in _announced.Keys.Where(member => now.Find(member) is null).ToArray())
        {
            _announced.Remove(member);
        }
    }
}
