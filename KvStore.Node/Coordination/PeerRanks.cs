using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// Whom one lane asks first. A replica's cost is what its answer is expected to take: its <see cref="PeerRank"/>, or what it
/// tells of its own queues if that is more. Costs are compared in coarse steps, so that chance does not reorder equals; among
/// equals the member's own replica comes first, then the slot's order, which differs from slot to slot and so spreads the load.
/// </summary>
/// <remarks>One a lane, without locks: lanes share nothing, and each sees enough replies to judge by itself.</remarks>
internal sealed class PeerRanks(MemberId self, PeerLoads loads)
{
    /// <summary>A replica that was not asked for so long is asked besides the others: it may have recovered.</summary>
    public const int ProbeMilliseconds = 1_000;

    /// <summary>A replica is slow if it is expected to take so long, and so many steps longer than the fastest.</summary>
    public const int SlowMilliseconds = 20;

    /// <summary>Below so many milliseconds all are equal.</summary>
    public const int EqualMilliseconds = 2;

    private const int SlowSteps = 4;

    /// <summary>Steps in a doubling of the cost.</summary>
    private const double StepsPerDoubling = 2;

    private readonly Dictionary<MemberId, PeerRank> _ranks = [];

    /// <summary>As of the last <see cref="Publish"/>; any thread.</summary>
    public IReadOnlyList<(MemberId Member, double Milliseconds)> Published { get; private set; } = [];

    public void Asked(MemberId member, ulong call, long now) => Of(member, now).Asked(call, now);

    /// <param name="counts">Whether the time that an answer took says how fast the member works.</param>
    public void Answered(MemberId member, in PeerReply reply, long now, bool counts = true)
    {
        if (_ranks.TryGetValue(member, out PeerRank? rank) && rank.Outstanding > 0)
        {
            rank.Answered(reply.Id, counts && reply.Kind is PeerReplyKind.Promised or PeerReplyKind.Read or PeerReplyKind.Conflict, now);
        }
    }

    public void Lost(MemberId member)
    {
        if (_ranks.TryGetValue(member, out PeerRank? rank))
        {
            rank.Forget();
        }
    }

    /// <summary>Milliseconds that an answer of the member is expected to take.</summary>
    public double CostOf(MemberId member, long now)
    {
        PeerLoad load = loads.Of(member);
        return Math.Max(Of(member, now).ExpectedAt(now), load.WaitMilliseconds + load.DiskMilliseconds) * (1 + load.Busy);
    }

    /// <summary>Puts the places of the replicas into <paramref name="order"/>, the best first.</summary>
    /// <param name="order">As long as there are replicas.</param>
    public void Order(in SlotOwners owners, Span<int> order, long now)
    {
        Span<int> steps = stackalloc int[order.Length];
        for (int place = 0; place < order.Length; place++)
        {
            MemberId member = owners[place].Id;
            int step = StepOf(CostOf(member, now)) - (member == self ? 1 : 0);
            int at = place;
            for (; at > 0 && steps[at - 1] > step; at--)
            {
                (steps[at], order[at]) = (steps[at - 1], order[at - 1]);
            }

            (steps[at], order[at]) = (step, place);
        }
    }

    /// <summary>Whether a member is far slower than the fastest of these, so that waiting for it is no help.</summary>
    /// <param name="atLeast">Milliseconds below which it is not slow whatever the others are.</param>
    public bool IsSlow(in SlotOwners owners, MemberId member, long now, int atLeast = SlowMilliseconds)
    {
        double cost = CostOf(member, now);
        if (cost < atLeast)
        {
            return false;
        }

        int least = int.MaxValue;
        for (int place = 0; place < owners.Count; place++)
        {
            least = Math.Min(least, StepOf(CostOf(owners[place].Id, now)));
        }

        return StepOf(cost) >= least + SlowSteps;
    }

    /// <summary>Whether nothing is known of the member by now because nobody asks it.</summary>
    public bool WantsProbe(MemberId member, long now) => now - Of(member, now).AskedAt >= ProbeMilliseconds;

    /// <summary>Shows other threads what is known now.</summary>
    public void Publish(long now) => Published = [.. _ranks.OrderBy(rank => rank.Key).Select(rank => (rank.Key, CostOf(rank.Key, now)))];

    private static int StepOf(double cost) => cost <= EqualMilliseconds ? 0 : (int)(StepsPerDoubling * Math.Log2(cost / EqualMilliseconds));

    private PeerRank Of(MemberId member, long now)
    {
        if (!_ranks.TryGetValue(member, out PeerRank? rank))
        {
            _ranks.Add(member, rank = new PeerRank(now)); // as many as there are members, and their former ones
        }

        return rank;
    }
}
