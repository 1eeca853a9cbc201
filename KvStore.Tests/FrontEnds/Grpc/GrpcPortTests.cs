using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Xunit;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace KvStore.Tests.FrontEnds.Grpc;

/// <summary>What the gRPC port serves beside the store.</summary>
public sealed class GrpcPortTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_follows_the_member_and_ends_with_it()
    {
        RunningNode node = await RunningNode.StartAsync();
        using var channel = node.ChannelFor(replyBytesMax: 1 << 20);
        Health.HealthClient health = new(channel);
        Assert.Equal(ServingStatus.Serving, (await health.CheckAsync(new(), cancellationToken: Cancellation)).Status);
        using AsyncServerStreamingCall<HealthCheckResponse> watch = health.Watch(new(), cancellationToken: Cancellation);
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));

        node.StopAdmitting();
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        Assert.Equal(ServingStatus.NotServing, (await health.CheckAsync(new(), cancellationToken: Cancellation)).Status);

        Task stopped = node.StopAsync();
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        Assert.False(await watch.ResponseStream.MoveNext(Cancellation));
        await stopped;
        await node.DisposeAsync();
    }

    [Fact]
    public async Task Reflection_lists_every_service()
    {
        await using RunningNode node = await RunningNode.StartAsync();
        using var channel = node.ChannelFor(replyBytesMax: 1 << 20);
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, Cancellation);
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));

        Assert.Equal(
            [
                "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
                "kvstore.peer.v1.Peer", "kvstore.v1.Cluster", "kvstore.v1.Kv",
            ],
            call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).Order(StringComparer.Ordinal));
    }

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Cancellation), "the watch ended");
        return watch.ResponseStream.Current.Status;
    }
}
