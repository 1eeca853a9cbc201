using System.Diagnostics;
using Grpc.Core;
using KvStore.Node.Gossip;
using KvStore.Node.Peers;
using KvStore.Node.Topology;
using KvStore.Protocol.Peers;
using Microsoft.AspNetCore.Http.Features;

namespace KvStore.Node.FrontEnds.Peers;

/// <summary>
/// Where other members call: packets of failure detection and messages of elections, one by one, and nodes that say who they
/// are. Frames of rounds come by <see cref="PeerConnections"/>.
/// </summary>
/// <param name="elect">Takes a message of an election.</param>
/// <param name="answer">Answers a node that says who it is.</param>
/// <param name="faults">What is done on purpose to what arrives; null where that is not allowed.</param>
internal sealed class PeerGrpcService(
    Func<GossipLoop> gossip,
    Action<ReadOnlyMemory<byte>> elect,
    Func<Acquaintance, Task<Acquaintance>> answer,
    FaultSwitch? faults = null) : Peer.PeerBase
{
    private static readonly Task<GossipReceipt> Received = Task.FromResult(new GossipReceipt());
    private static readonly Task<ElectionReceipt> ReceivedElection = Task.FromResult(new ElectionReceipt());

    public override Task<GossipReceipt> Gossip(GossipChunk request, ServerCallContext context)
    {
        LeaveUntraced(context);
        if (faults is not { IsOn: true } || !IsLost(request))
        {
            gossip().Receive(request.Bytes.Memory);
        }

        return Received;
    }

    public override Task<ElectionReceipt> Elect(ElectionChunk request, ServerCallContext context)
    {
        LeaveUntraced(context);
        if (faults is not { IsOn: true } || !IsLost(request))
        {
            elect(request.Bytes.Memory);
        }

        return ReceivedElection;
    }

    public override async Task<Introduction> Introduce(Introduction request, ServerCallContext context)
    {
        LeaveUntraced(context);
        if (!IntroductionCodec.TryDecode(request, out Acquaintance? asker, out string? problem))
        {
            throw new RpcException(new Status(StatusCode.Unavailable, $"a node that asks must say who it is: {problem}"));
        }

        return faults?.Decide(asker.Self.Id) is { IsLost: true }
            ? throw new RpcException(new Status(StatusCode.Unavailable, "a fault is on that cuts this member off from who asks"))
            : IntroductionCodec.Encode(await answer(asker));
    }

    private bool IsLost(GossipChunk chunk) =>
        GossipCodec.TryDecode(chunk.Bytes.Memory, out GossipPacket? packet, out _) && faults!.Decide(packet.Message.From).IsLost;

    private bool IsLost(ElectionChunk chunk) =>
        ElectionCodec.TryDecode(chunk.Bytes.Memory, out _, out ElectionMessage? message, out _) && faults!.Decide(message.From).IsLost;

    /// <summary>A call that comes ten times a second has neither a duration worth a metric nor a span worth keeping.</summary>
    private static void LeaveUntraced(ServerCallContext context)
    {
        IFeatureCollection features = context.GetHttpContext().Features;
        if (features.Get<IHttpActivityFeature>() is { Activity: { } activity })
        {
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }

        if (features.Get<IHttpMetricsTagsFeature>() is { } metrics)
        {
            metrics.MetricsDisabled = true;
        }

        // What the requests cause must not become part of this call's trace.
        Activity.Current = null;
    }
}
