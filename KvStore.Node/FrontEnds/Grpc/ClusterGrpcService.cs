using System.Diagnostics;
using System.Threading.Channels;
using Grpc.Core;
using KvStore.Node.Coordination;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using Microsoft.Extensions.Hosting;

namespace KvStore.Node.FrontEnds.Grpc;

/// <summary><c>kvstore.v1.Cluster</c>: the cluster as this member sees it.</summary>
internal sealed class ClusterGrpcService(
    ClusterView view, FaultView faults, GrpcFollow follow, RequestRules rules, TimeProvider time, IHostApplicationLifetime lifetime) : Protocol.Cluster.ClusterBase
{
    private const uint WatchIntervalByDefault = 1_000;
    private const uint WatchIntervalLeast = 100;
    private const uint WatchIntervalMost = 60_000;

    public override Task<Protocol.Topology> GetTopology(Protocol.GetTopologyRequest request, ServerCallContext context) =>
        Task.FromResult(view.Topology);

    public override async Task WatchTopology(
        Protocol.GetTopologyRequest request, IServerStreamWriter<Protocol.Topology> responseStream, ServerCallContext context)
    {
        // One place: a slow watcher misses epochs in between, never the latest.
        Channel<TopologySnapshot> changes = Channel.CreateBounded<TopologySnapshot>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        void OnChanged(TopologySnapshot snapshot) => changes.Writer.TryWrite(snapshot);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        view.TopologyChanged += OnChanged;
        try
        {
            do
            {
                await responseStream.WriteAsync(view.Topology, ended.Token);
                await changes.Reader.ReadAsync(ended.Token);
            }
            while (true);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            GrpcAnswer.Fail(context, OperationAnswer.FailureOf(OperationFailure.NotServing, Consistency.One));
        }
        finally
        {
            view.TopologyChanged -= OnChanged;
        }
    }

    public override Task<Protocol.MemberStatus> GetStatus(Protocol.GetStatusRequest request, ServerCallContext context) =>
        Task.FromResult(view.Status());

    public override async Task WatchStatus(
        Protocol.WatchStatusRequest request, IServerStreamWriter<Protocol.MemberStatus> responseStream, ServerCallContext context)
    {
        uint interval = request.IntervalMilliseconds == 0 ? WatchIntervalByDefault : request.IntervalMilliseconds;
        if (interval is < WatchIntervalLeast or > WatchIntervalMost)
        {
            GrpcAnswer.Fail(context, RequestFailure.Malformed($"interval_milliseconds must be {WatchIntervalLeast} to {WatchIntervalMost}, or 0."));
            return;
        }

        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(interval), time);
        try
        {
            do
            {
                await responseStream.WriteAsync(view.Status(), ended.Token);
            }
            while (await timer.WaitForNextTickAsync(ended.Token));
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            GrpcAnswer.Fail(context, OperationAnswer.FailureOf(OperationFailure.NotServing, Consistency.One));
        }
    }

    public override Task<Protocol.MemberSlots> GetSlots(Protocol.GetSlotsRequest request, ServerCallContext context) =>
        view.SlotsAsync(context.CancellationToken);

    public override async Task<Protocol.Explanation> Explain(Protocol.ExplainRequest request, ServerCallContext context)
    {
        Consistency level = default;
        RequestFailure? failure = rules.CheckKey(request.Key.Length) ?? GrpcOperation.ReadLevel(request.Consistency, rules, out level);
        if (failure is not null)
        {
            GrpcAnswer.Fail(context, failure);
            return new Protocol.Explanation();
        }

        string traceId = Http.TraceResponse.TraceIdOf(context.GetHttpContext());
        Key key = new(request.Key.ToByteArray());
        return await view.ExplainAsync(key, level, request.WithValues, GrpcDeadline.TimeoutOf(context, rules, time), traceId, context.CancellationToken);
    }

    public override Task Follow(Protocol.FollowRequest request, IServerStreamWriter<Protocol.FollowEvent> responseStream, ServerCallContext context) =>
        follow.RunAsync(request, responseStream, context);

    public override Task<Protocol.ChangePlan> Plan(Protocol.PlanRequest request, ServerCallContext context)
    {
        MembershipChange? change = request.Kind switch
        {
            Protocol.PlanRequest.Types.Kind.Leave => MembershipChange.Leave,
            Protocol.PlanRequest.Types.Kind.Remove => MembershipChange.Remove,
            Protocol.PlanRequest.Types.Kind.Replace => MembershipChange.Replace,
            Protocol.PlanRequest.Types.Kind.Join => MembershipChange.Join,
            _ => null,
        };
        Protocol.ChangePlan plan = new();
        RequestFailure? failure = change is { } known
            ? view.Plan(new ChangeOrder(known, request.Member, request.Force, request.With), out plan)
            : RequestFailure.Malformed("kind must be LEAVE, REMOVE, REPLACE or JOIN.");
        return Task.FromResult(Answer(context, failure, plan));
    }

    public override Task<Protocol.ChangePlan> Leave(Protocol.ChangeRequest request, ServerCallContext context) =>
        ChangeAsync(MembershipChange.Leave, request, context);

    public override Task<Protocol.ChangePlan> Remove(Protocol.ChangeRequest request, ServerCallContext context) =>
        ChangeAsync(MembershipChange.Remove, request, context);

    public override Task<Protocol.ChangePlan> Replace(Protocol.ChangeRequest request, ServerCallContext context) =>
        ChangeAsync(MembershipChange.Replace, request, context);

    public override Task<Protocol.Eviction> Keep(Protocol.KeepRequest request, ServerCallContext context) =>
        Task.FromResult(Answer(context, view.Keep(request.Member, out Protocol.Eviction kept), kept));

    public override Task<Protocol.NetworkFault> BeginFault(Protocol.FaultRequest request, ServerCallContext context) =>
        Task.FromResult(Answer(context, faults.Begin(request, out Protocol.NetworkFault fault), fault));

    public override Task<Protocol.NetworkFaults> EndFault(Protocol.EndFaultRequest request, ServerCallContext context) =>
        Task.FromResult(Answer(context, faults.End(request.Id, out Protocol.NetworkFaults left), left));

    public override Task<Protocol.KillReceipt> Kill(Protocol.KillRequest request, ServerCallContext context)
    {
        RequestFailure? failure = faults.KillAfter(request.Member, context.GetHttpContext().Response);
        return Task.FromResult(Answer(context, failure, new Protocol.KillReceipt()));
    }

    private async Task<Protocol.ChangePlan> ChangeAsync(MembershipChange change, Protocol.ChangeRequest request, ServerCallContext context)
    {
        (RequestFailure? failure, Protocol.ChangePlan plan) = await view.ApplyAsync(new ChangeOrder(change, request.Member, request.Force, request.With), request.PlanId);
        return Answer(context, failure, plan);
    }

    private static T Answer<T>(ServerCallContext context, RequestFailure? failure, T answer)
    {
        if (failure is not null)
        {
            GrpcAnswer.Fail(context, failure);
        }

        return answer;
    }
}
