using KvStore.Node.Coordination;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.FrontEnds;

/// <summary>The cluster as this member sees it, in the messages of cluster.proto: gRPC sends them, REST shows them as JSON.</summary>
internal sealed class ClusterView(Member member, MemberGossip gossip, MemberTopology topology, TimeProvider time)
{
    private volatile MadeTopology? _topology;

    /// <summary>Raised after each change, on the thread that made it.</summary>
    public event Action<TopologySnapshot> TopologyChanged
    {
        add => member.Topologies.Changed += value;
        remove => member.Topologies.Changed -= value;
    }

    /// <summary>The topology in force; made once per snapshot, not to be changed.</summary>
    public Protocol.Topology Topology
    {
        get
        {
            TopologySnapshot snapshot = member.Topologies.Current;
            MadeTopology? made = _topology;
            if (made is null || made.Snapshot != snapshot)
            {
                _topology = made = new MadeTopology(snapshot, TopologyView.Of(snapshot));
            }

            return made.View;
        }
    }

    /// <summary>Name of this member.</summary>
    public string Name => member.Topologies.Current.Find(member.Id)?.Name ?? member.Id.ToString();

    public Protocol.MemberStatus Status()
    {
        Protocol.MemberStatus status = StatusView.Of(member.Report(), member.Topologies.Current, member.Id, time.GetUtcNow());
        LivenessView.AddTo(status, gossip, topology, member.Topologies.Current);
        return status;
    }

    public async Task<Protocol.MemberSlots> SlotsAsync(CancellationToken cancellationToken) =>
        SlotsView.Of(member, Name, await member.Coordinator.TrafficAsync(cancellationToken));

    public async Task<Protocol.Explanation> ExplainAsync(
        Key key, Consistency level, bool withValues, TimeSpan timeout, string traceId, CancellationToken cancellationToken)
    {
        KeyExplanation explanation = await member.Coordinator.ExplainAsync(key, level, timeout, cancellationToken);
        return ExplanationView.Of(explanation, Name, level, withValues, traceId);
    }

    /// <summary>The first thing to be told of a request that is followed.</summary>
    public Protocol.FollowEvent FollowBegun(Key key, Consistency level, string traceId)
    {
        TopologySnapshot topology = member.Topologies.Current;
        SlotOwners owners = topology.OwnersOf(key.Slot);
        Protocol.FollowBegun begun = new()
        {
            Slot = key.Slot.Number,
            Position = SlotPlaces.PositionsOf(key.Slot)[0],
            Epoch = topology.Epoch.Number,
            Coordinator = Name,
            Needed = (uint)level.Needed(owners.Replication),
            TraceId = traceId,
        };
        for (int place = 0; place < owners.Count; place++)
        {
            begun.Owners.Add(owners[place].Name);
        }

        return new Protocol.FollowEvent { Kind = "begun", Begun = begun };
    }

    /// <summary>What a change of members would move.</summary>
    public RequestFailure? Plan(ChangeOrder order, out Protocol.ChangePlan plan)
    {
        plan = new Protocol.ChangePlan();
        return ChangeView.ProblemOf(order) ?? ChangeView.Of(topology.Changes.Plan(order), order, out plan);
    }

    /// <summary>Begins a change of members.</summary>
    /// <param name="planId">Of the plan that was shown, or empty.</param>
    public async Task<(RequestFailure? Failure, Protocol.ChangePlan Plan)> ApplyAsync(ChangeOrder order, string planId) =>
        ChangeView.ProblemOf(order) is { } problem ? (problem, new Protocol.ChangePlan())
        : (ChangeView.Of(await topology.Changes.ApplyAsync(order, planId), order, out Protocol.ChangePlan plan), plan);

    /// <summary>Has a dead member kept until it is alive again.</summary>
    public RequestFailure? Keep(string name, out Protocol.Eviction kept)
    {
        kept = new Protocol.Eviction();
        if (member.Topologies.Current.Document.Members.FirstOrDefault(each => each.Name == name || each.Id.ToString() == name) is not { } dead)
        {
            return new RequestFailure(FailureKind.NoSuchMember, $"There is no member {name}.", OperationOutcome.NotApplied);
        }

        if (topology.Evictions.Keep(dead) is { } problem)
        {
            return new RequestFailure(FailureKind.ChangeRefused, $"{char.ToUpperInvariant(problem[0])}{problem[1..]}.", OperationOutcome.NotApplied);
        }

        kept = topology.Evictions.Reports().Where(report => report.Member.Id == dead.Id).Select(LivenessView.Of).FirstOrDefault() ?? kept;
        return null;
    }

    private sealed record MadeTopology(TopologySnapshot Snapshot, Protocol.Topology View);
}
