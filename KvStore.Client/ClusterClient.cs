using System.Runtime.CompilerServices;
using KvStore.Client.Calls;
using Wire = KvStore.Protocol;

namespace KvStore.Client;

/// <summary>
/// The cluster as one of the client's members sees it, and changes of its members. Reached through <see cref="KvClient.Cluster"/>.
/// Everything here throws <see cref="KvException"/> when no member that was asked answered, or when it refused.
/// </summary>
public sealed class ClusterClient
{
    private readonly MemberCalls _calls;

    internal ClusterClient(MemberCalls calls) => _calls = calls;

    /// <summary>The topology now.</summary>
    public async Task<ClusterTopology> GetTopologyAsync(CancellationToken cancellationToken = default)
    {
        Reply<Wire.Topology> reply = await _calls.AskAsync(
            Operation.GetTopology,
            new Wire.GetTopologyRequest(),
            static (endpoint, request, options) => endpoint.Cluster.GetTopologyAsync(request, options),
            cancellationToken).ConfigureAwait(false);
        return WireCluster.Topology(reply.OrThrow());
    }

    /// <summary>
    /// The topology now, and again whenever it changes. Ends only by cancellation or by an exception, when no member that was
    /// asked keeps the stream going. After a change of members an older epoch than the last may come first.
    /// </summary>
    public async IAsyncEnumerable<ClusterTopology> WatchTopologyAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IAsyncEnumerable<Wire.Topology> topologies = _calls.StreamAsync(
            Operation.WatchTopology,
            static () => new Wire.GetTopologyRequest(),
            static (endpoint, request, options) => endpoint.Cluster.WatchTopology(request, options),
            isPrompt: false,
            cancellationToken);
        await foreach (Wire.Topology topology in topologies.ConfigureAwait(false))
        {
            yield return WireCluster.Topology(topology);
        }
    }

    /// <summary>How the member that answers is. Which one that is, with several endpoints, is in the answer.</summary>
    public async Task<MemberStatus> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        Reply<Wire.MemberStatus> reply = await _calls.AskAsync(
            Operation.GetStatus,
            new Wire.GetStatusRequest(),
            static (endpoint, request, options) => endpoint.Cluster.GetStatusAsync(request, options),
            cancellationToken).ConfigureAwait(false);
        return WireCluster.Status(reply.OrThrow());
    }

    /// <summary>
    /// How a member is, now and again after each interval: with what moves to it, changes of members and what is ahead. Ends only by
    /// cancellation or by an exception, when no member that was asked keeps the stream going; another member may then go on.
    /// </summary>
    /// <param name="interval">100 milliseconds to a minute.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<MemberStatus> WatchStatusAsync(TimeSpan interval, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Wire.WatchStatusRequest request = new() { IntervalMilliseconds = (uint)Math.Clamp(interval.TotalMilliseconds, 0, uint.MaxValue) };
        IAsyncEnumerable<Wire.MemberStatus> statuses = _calls.StreamAsync(
            Operation.WatchStatus,
            () => request,
            static (endpoint, sent, options) => endpoint.Cluster.WatchStatus(sent, options),
            isPrompt: false,
            cancellationToken);
        await foreach (Wire.MemberStatus status in statuses.ConfigureAwait(false))
        {
            yield return WireCluster.Status(status);
        }
    }

    /// <summary>What each slot holds at the member that answers, and what clients asked of it through that member.</summary>
    public async Task<MemberSlots> GetSlotsAsync(CancellationToken cancellationToken = default)
    {
        Reply<Wire.MemberSlots> reply = await _calls.AskAsync(
            Operation.GetSlots,
            new Wire.GetSlotsRequest(),
            static (endpoint, request, options) => endpoint.Cluster.GetSlotsAsync(request, options),
            cancellationToken).ConfigureAwait(false);
        return WireCluster.Slots(reply.OrThrow());
    }

    /// <summary>Where a key lives, what each replica holds, and what a read at this level answers.</summary>
    public async Task<KeyExplanation> ExplainAsync(
        KvKey key,
        Consistency consistency = default,
        CancellationToken cancellationToken = default)
    {
        Wire.ExplainRequest request = new()
        {
            Key = WireRequests.Bytes(key.Bytes),
            Consistency = WireRequests.Of(_calls.LevelOf(consistency)),
            WithValues = true,
        };
        Reply<Wire.Explanation> reply = await _calls.AskAsync(
            Operation.Explain,
            request,
            static (endpoint, sent, options) => endpoint.Cluster.ExplainAsync(sent, options),
            cancellationToken).ConfigureAwait(false);
        return WireCluster.Explanation(reply.OrThrow());
    }

    /// <summary>
    /// Does one operation and tells what happens to it as it happens: up to its answer, and for at most five seconds after it. The
    /// first event is <c>begun</c>. Never asked for twice.
    /// </summary>
    /// <exception cref="KvException">It was refused as malformed, or the member was lost; what became of a write is then unknown.</exception>
    public async IAsyncEnumerable<FollowEvent> FollowAsync(BatchOperation operation, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operation);
        Wire.FollowRequest request = new() { Operation = WireRequests.Of(operation, _calls.LevelOf(operation.Consistency)) };
        IAsyncEnumerable<Wire.FollowEvent> events = _calls.StreamAsync(
            Operation.Follow,
            () => request,
            static (endpoint, sent, options) => endpoint.Cluster.Follow(sent, options),
            isPrompt: true,
            cancellationToken);
        await foreach (Wire.FollowEvent happened in events.ConfigureAwait(false))
        {
            yield return WireCluster.Event(happened);
        }
    }

    /// <summary>What a change of members would move. Nothing is done.</summary>
    /// <param name="change">What to do.</param>
    /// <param name="member">Its name or id.</param>
    /// <param name="force">Even if keys are left with fewer copies than there are to be.</param>
    /// <param name="with">Of <see cref="MembershipChange.Replace"/>: name of the node that is to take the member's place.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<ChangePlan> PlanAsync(
        MembershipChange change, string member, bool force = false, string? with = null, CancellationToken cancellationToken = default)
    {
        Wire.PlanRequest request = new()
        {
            Kind = change switch
            {
                MembershipChange.Leave => Wire.PlanRequest.Types.Kind.Leave,
                MembershipChange.Remove => Wire.PlanRequest.Types.Kind.Remove,
                MembershipChange.Replace => Wire.PlanRequest.Types.Kind.Replace,
                MembershipChange.Join => Wire.PlanRequest.Types.Kind.Join,
                _ => throw new ArgumentOutOfRangeException(nameof(change), change, "There is no such change of members."),
            },
            Member = member,
            Force = force,
            With = with ?? "",
        };
        Reply<Wire.ChangePlan> reply = await _calls.AskAsync(
            Operation.PlanChange,
            request,
            static (endpoint, sent, options) => endpoint.Cluster.PlanAsync(sent, options),
            cancellationToken).ConfigureAwait(false);
        return WireCluster.Plan(reply.OrThrow(), change);
    }

    /// <summary>Begins a change of members; the rest goes by itself, while clients read and write.</summary>
    /// <param name="change">What to do.</param>
    /// <param name="member">Its name or id.</param>
    /// <param name="force">Even if keys are left with fewer copies than there are to be.</param>
    /// <param name="planId">Of the plan that was looked at: if something else would be done now, nothing is. Null: whatever it is.</param>
    /// <param name="with">Of <see cref="MembershipChange.Replace"/>: name of the node that is to take the member's place.</param>
    /// <param name="cancellationToken">Stops waiting; the change may still begin.</param>
    /// <exception cref="KvException">
    /// Refused (<c>change-refused</c>, <c>plan-outdated</c>, <c>no-such-member</c>) or not answered. Where its outcome is unknown the
    /// change may have begun: <see cref="GetTopologyAsync"/> tells.
    /// </exception>
    public async Task<ChangePlan> ChangeAsync(
        MembershipChange change,
        string member,
        bool force = false,
        string? planId = null,
        string? with = null,
        CancellationToken cancellationToken = default)
    {
        Reply<Wire.ChangePlan> reply = await _calls.AskAsync(
            Operation.ChangeMembers,
            (Request: new Wire.ChangeRequest { Member = member, Force = force, PlanId = planId ?? "", With = with ?? "" }, Change: change),
            static (endpoint, sent, options) => sent.Change switch
            {
                MembershipChange.Leave => endpoint.Cluster.LeaveAsync(sent.Request, options),
                MembershipChange.Remove => endpoint.Cluster.RemoveAsync(sent.Request, options),
                MembershipChange.Replace => endpoint.Cluster.ReplaceAsync(sent.Request, options),
                _ => throw new ArgumentOutOfRangeException(nameof(change), sent.Change, "There is no such change of members to begin."),
            },
            cancellationToken).ConfigureAwait(false);
        return WireCluster.Plan(reply.OrThrow(), change);
    }

    /// <summary>Has a dead member kept, however long it is dead, until it was alive again; unless a person removes it.</summary>
    /// <param name="member">Its name or id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Eviction> KeepAsync(string member, CancellationToken cancellationToken = default)
    {
        Reply<Wire.Eviction> reply = await _calls.AskAsync(
            Operation.KeepMember,
            new Wire.KeepRequest { Member = member },
            static (endpoint, sent, options) => endpoint.Cluster.KeepAsync(sent, options),
            cancellationToken).ConfigureAwait(false);
        return WireCluster.Eviction(reply.OrThrow());
    }

    /// <summary>Harms the network of the member that answers, for demonstration; the fault ends by itself. Never asked for twice.</summary>
    /// <param name="order">What is to be done.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="KvException">The member does not let itself be harmed (<c>faults-not-allowed</c>), or cannot be in this way.</exception>
    public async Task<NetworkFault> BeginFaultAsync(NetworkFaultOrder order, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        Wire.FaultRequest request = new()
        {
            Kind = order.Kind.ToString().ToLowerInvariant(),
            DelayMilliseconds = (uint)Math.Clamp(order.Delay.TotalMilliseconds, 0, uint.MaxValue),
            Percent = (uint)Math.Max(0, order.Percent),
            Seconds = (uint)Math.Clamp(order.Lasts.TotalSeconds, 1, uint.MaxValue),
        };
        request.Members.AddRange(order.Members);
        Reply<Wire.NetworkFault> reply = await _calls.AskAsync(
            Operation.BeginFault,
            request,
            static (endpoint, sent, options) => endpoint.Cluster.BeginFaultAsync(sent, options),
            cancellationToken).ConfigureAwait(false);
        return WireCluster.Fault(reply.OrThrow());
    }

    /// <summary>Undoes a fault of the member that answers.</summary>
    /// <param name="id">Of the fault; null: all.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Those that are on then.</returns>
    public async Task<IReadOnlyList<NetworkFault>> EndFaultAsync(long? id, CancellationToken cancellationToken = default)
    {
        Reply<Wire.NetworkFaults> reply = await _calls.AskAsync(
            Operation.EndFault,
            new Wire.EndFaultRequest { Id = id ?? 0 },
            static (endpoint, sent, options) => endpoint.Cluster.EndFaultAsync(sent, options),
            cancellationToken).ConfigureAwait(false);
        return [.. reply.OrThrow().Faults.Select(WireCluster.Fault)];
    }

    /// <summary>Ends the process of a member at once, like kill -9. Never asked for twice.</summary>
    /// <param name="member">Name or identity of the very member that this client asks.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="KvException">It was refused; or the process ended before its answer had left, where the outcome is unknown.</exception>
    public async Task KillAsync(string member, CancellationToken cancellationToken = default)
    {
        Reply<Wire.KillReceipt> reply = await _calls.AskAsync(
            Operation.Kill,
            new Wire.KillRequest { Member = member },
            static (endpoint, sent, options) => endpoint.Cluster.KillAsync(sent, options),
            cancellationToken).ConfigureAwait(false);
        reply.OrThrow();
    }
}
