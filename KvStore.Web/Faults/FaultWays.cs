using System.Collections.Immutable;
using KvStore.Web.Ring;

namespace KvStore.Web.Faults;

/// <summary>What is done to the ways between members, and what would be, as lines of the ring. Pure.</summary>
internal static class FaultWays
{
    /// <summary>Lines drawn, at most: those of what is on come first, and the lists have them all.</summary>
    public const int WaysMax = 200;

    /// <param name="nodes">The members as they stand in the ring.</param>
    /// <param name="plan">What is chosen; where it is refused nothing is drawn of it.</param>
    public static ImmutableArray<FaultWay> Of(ImmutableArray<RingNode> nodes, IEnumerable<StandingFault> standing, FaultPlan plan)
    {
        Dictionary<string, RingNode> byName = nodes.DistinctBy(node => node.Name).ToDictionary(node => node.Name);
        IEnumerable<(string From, string To, bool IsOn)> on =
            from fault in standing
            from end in EndsOf(fault.Member, fault.Fault.Members, byName.Keys)
            select (fault.Member, end, true);
        IEnumerable<(string From, string To, bool IsOn)> chosen =
            from step in plan.Steps
            where step.Order is not null
            from end in EndsOf(step.Member, step.Order!.Members, byName.Keys)
            select (step.Member, end, false);
        return
        [
            .. on.Concat(chosen)
                .Where(way => byName.ContainsKey(way.From) && byName.ContainsKey(way.To))
                .Select(way => string.CompareOrdinal(way.From, way.To) < 0 ? way : (From: way.To, To: way.From, way.IsOn))
                .DistinctBy(way => (way.From, way.To))
                .Take(WaysMax)
                .Select(way => new FaultWay(way.From, way.To, RingLayout.CurveOf(byName[way.From].Center, byName[way.To].Center), way.IsOn)),
        ];
    }

    // Nobody named at the other end means everybody.
    private static IEnumerable<string> EndsOf(string member, IReadOnlyCollection<string> ends, IEnumerable<string> all) =>
        (ends.Count == 0 ? all : ends).Where(end => end != member);
}
