using Google.Protobuf;
using Grpc.Core;
using KvStore.Node.Ring;
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
        Assert.True(replica.ValueStart.IsEmpty);
    }

    [Fact]
    public async Task Replicas_show_the_beginning_of_their_value_to_whoever_asks_for_it()
    {
        await using RunningNode node = await RunningNode.StartAsync();
        ByteString key = ByteString.CopyFromUtf8("key");
        byte[] value = [.. Enumerable.Range(0, 5_000).Select(number => (byte)number)];
        await node.Call<PutRequest, PutReply>(new() { Key = key, Value = ByteString.CopyFrom(value) }, new CallOptions(cancellationToken: Cancellation));

        Explanation explanation = await node.Call<ExplainRequest, Explanation>(
            new() { Key = key, WithValues = true }, new CallOptions(cancellationToken: Cancellation));

        ReplicaExplanation replica = Assert.Single(explanation.Replicas);
        Assert.Equal((5_000U, ByteString.CopyFrom(value[..4_096])), (replica.ValueLength, replica.ValueStart));
    }

    [Fact]
    public async Task Slots_tell_what_they_hold_and_what_was_asked_of_them()
    {
        await using RunningNode node = await RunningNode.StartAsync();
        CallOptions options = new(cancellationToken: Cancellation);
        ByteString often = ByteString.CopyFromUtf8("often");
        ByteString once = ByteString.CopyFromUtf8("once");
        await node.Call<PutRequest, PutReply>(new() { Key = often, Value = ByteString.CopyFromUtf8("12345") }, options);
        await node.Call<PutRequest, PutReply>(new() { Key = once, Value = ByteString.CopyFromUtf8("1") }, options);
        await node.Call<DeleteRequest, DeleteReply>(new() { Key = once }, options);
        for (int i = 0; i < 3; i++)
        {
            await node.Call<GetRequest, GetReply>(new() { Key = often }, options);
        }

        MemberSlots slots = await node.Call<GetSlotsRequest, MemberSlots>(new(), options);

        int busy = Slots.Of(often.Span).Number;
        int idle = Slots.Of(once.Span).Number;
        Assert.Equal((1L, 0L, 10L, 3L, 1L), (slots.Keys[busy], slots.Tombstones[busy], slots.ValueBytes[busy], slots.Reads[busy], slots.Writes[busy]));
        Assert.Equal((0L, 1L, 0L, 0L, 2L), (slots.Keys[idle], slots.Tombstones[idle], slots.ValueBytes[idle], slots.Reads[idle], slots.Writes[idle]));
        Assert.Equal((1L, 1L, 3L, 3L), (slots.Keys.Sum(), slots.Tombstones.Sum(), slots.Reads.Sum(), slots.Writes.Sum()));
        Assert.Equal(
            [(often, (uint)busy, 4L, 4L), (once, (uint)idle, 2L, 2L)],
            slots.Hottest.Select(key => (key.Key, key.Slot, key.Operations, key.OperationsLeast)));
        Assert.Equal(("node1", 1U, 1L), (slots.Name, slots.Epoch, slots.BootCount));
    }

    [Fact]
    public async Task A_put_that_is_followed_tells_its_phases_and_its_answer_and_is_done_once()
    {
        await using RunningNode node = await RunningNode.StartAsync();
        ByteString key = ByteString.CopyFromUtf8("followed");
        List<FollowEvent> put = await FollowAsync(node, new() { Put = new() { Key = key, Value = ByteString.CopyFromUtf8("value") } });

        Assert.Equal(
            [
                "begun  ", "phase-begun prepare ", "asked prepare node1", "replied prepare node1 Promised", "phase-over prepare ",
                "phase-begun accept ", "asked accept node1", "replied accept node1 Accepted", "phase-over accept ", "answered  ",
            ],
            put.Select(Words));
        Assert.Equal(["node1"], put[0].Begun.Owners);
        Assert.Equal(("node1", 1U, (uint)Slots.Of(key.Span).Number), (put[0].Begun.Coordinator, put[0].Begun.Needed, put[0].Begun.Slot));
        Assert.Equal(put.Select(happened => happened.Milliseconds).Order(), put.Select(happened => happened.Milliseconds));
        GetReply stored = await node.Call<GetRequest, GetReply>(new() { Key = key }, new CallOptions(cancellationToken: Cancellation));
        Assert.Equal((true, stored.Version), (put[^1].Answer.Done, put[^1].Answer.Version));
    }

    [Fact]
    public async Task A_get_that_is_followed_and_finds_nothing_says_so()
    {
        await using RunningNode node = await RunningNode.StartAsync();
        List<FollowEvent> get = await FollowAsync(node, new() { Get = new() { Key = ByteString.CopyFromUtf8("none") } });

        Assert.Equal(
            ["begun  ", "phase-begun read ", "asked read node1", "replied read node1 Read", "phase-over read ", "answered  "], get.Select(Words));
        Assert.Equal((true, "The key has no value."), (get[^1].Answer.Done, get[^1].Answer.Text));
    }

    [Fact]
    public async Task What_is_no_operation_is_not_followed()
    {
        await using RunningNode node = await RunningNode.StartAsync();
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => FollowAsync(node, new()));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task A_member_that_does_not_admit_it_says_so_at_once()
    {
        await using RunningNode node = await RunningNode.StartAsync();
        node.StopAdmitting();
        List<FollowEvent> get = await FollowAsync(node, new() { Get = new() { Key = ByteString.CopyFromUtf8("any") } });

        Assert.Equal(["begun  ", "answered  "], get.Select(Words));
        Assert.False(get[^1].Answer.Done);
        Assert.NotEmpty(get[^1].Answer.Text);
    }

    private static string Words(FollowEvent happened) =>
        $"{happened.Kind} {happened.Phase} {happened.Member}{(happened.Reply.Length > 0 ? $" {happened.Reply}" : "")}";

    private static async Task<List<FollowEvent>> FollowAsync(RunningNode node, BatchOperation operation)
    {
        using AsyncServerStreamingCall<FollowEvent> call = node.Stream<FollowRequest, FollowEvent>(
            new() { Operation = operation }, new CallOptions(cancellationToken: Cancellation));
        List<FollowEvent> told = [];
        while (await call.ResponseStream.MoveNext(Cancellation))
        {
            told.Add(call.ResponseStream.Current);
        }

        return told;
    }
}
