using Google.Protobuf;
using Grpc.Core;
using KvStore.Protocol;
using Xunit;

namespace KvStore.Tests.FrontEnds.Grpc;

public sealed class ClusterGrpcServiceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_topology_is_watched_until_the_member_stops()
    {
        RunningNode node = await RunningNode.StartAsync();
        Protocol.Topology topology = await node.Call<GetTopologyRequest, Protocol.Topology>(new(), new CallOptions(cancellationToken: Cancellation));
        using AsyncServerStreamingCall<Protocol.Topology> watch =
            node.Stream<GetTopologyRequest, Protocol.Topology>(new(), new CallOptions(cancellationToken: Cancellation));

        Assert.True(await watch.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(topology, watch.ResponseStream.Current);

        Task<bool> next = watch.ResponseStream.MoveNext(Cancellation);
        await node.StopAsync();
        RpcException end = await Assert.ThrowsAsync<RpcException>(() => next);
        Assert.Equal(StatusCode.Unavailable, end.StatusCode);
        await node.DisposeAsync();
    }

    [Fact]
    public async Task The_status_is_told_again_and_again_until_the_member_stops()
    {
        RunningNode node = await RunningNode.StartAsync();
        using AsyncServerStreamingCall<MemberStatus> watch =
            node.Stream<WatchStatusRequest, MemberStatus>(new() { IntervalMilliseconds = 100 }, new CallOptions(cancellationToken: Cancellation));
        for (int i = 0; i < 3; i++)
        {
            Assert.True(await watch.ResponseStream.MoveNext(Cancellation));
            Assert.Equal("node1", watch.ResponseStream.Current.Name);
        }

        using AsyncServerStreamingCall<MemberStatus> tooFast =
            node.Stream<WatchStatusRequest, MemberStatus>(new() { IntervalMilliseconds = 99 }, new CallOptions(cancellationToken: Cancellation));
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => tooFast.ResponseStream.MoveNext(Cancellation));
        Assert.Equal((StatusCode.InvalidArgument, "interval_milliseconds must be 100 to 60000, or 0."), (refused.StatusCode, refused.Status.Detail));

        await node.StopAsync();
        RpcException end = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await watch.ResponseStream.MoveNext(Cancellation))
            {
                // What was sent before it stopped.
            }
        });
        Assert.Equal(StatusCode.Unavailable, end.StatusCode);
        await node.DisposeAsync();
    }

    [Fact]
    public async Task Status_and_explanation_are_those_of_rest()
    {
        await using RunningNode node = await RunningNode.StartAsync();
        ByteString key = ByteString.CopyFrom(0xFF, 0x00);
        PutReply put = await node.Call<PutRequest, PutReply>(
            new() { Key = key, Value = ByteString.CopyFromUtf8("value") }, new CallOptions(cancellationToken: Cancellation));
        Explanation explanation = await node.Call<ExplainRequest, Explanation>(new() { Key = key }, new CallOptions(cancellationToken: Cancellation));
        MemberStatus status = await node.Call<GetStatusRequest, MemberStatus>(new(), new CallOptions(cancellationToken: Cancellation));

        ReplicaExplanation replica = Assert.Single(explanation.Replicas);
        Assert.Equal((key, true, put.Version, ""), (explanation.Key, explanation.Found, explanation.Version, explanation.Error));
        Assert.Equal(("node1", "value", put.Version, 5U), (replica.Name, replica.State, replica.Version, replica.ValueLength));
        Assert.Equal(("node1", 1U, "serving", 1L, 1L), (status.Name, status.Epoch, status.State, status.Keys, status.BootCount));
    }
}
