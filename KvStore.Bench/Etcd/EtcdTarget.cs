using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KvStore.Bench.Loads;
using KvStore.Bench.Nodes;

namespace KvStore.Bench.Etcd;

/// <summary>An etcd cluster, through its gRPC API, which is the fastest that it has. Its reads are linearizable.</summary>
/// <param name="endpoints">Client addresses, one a member.</param>
/// <param name="members">Their processes.</param>
internal sealed class EtcdTarget(IReadOnlyList<Uri> endpoints, IReadOnlyList<ChildProcess> members) : LoadTarget
{
    private readonly GrpcChannel[] _channels = [.. endpoints.Select(endpoint => GrpcChannel.ForAddress(endpoint))];

    public override string Name => "etcd";

    public override TimeSpan MembersCpu => ChildProcess.CpuOf(members);

    public override Task<bool> PutAsync(int caller, string key, byte[] value, CancellationToken cancellationToken) => AnswerAsync(async () =>
    {
        PutRequest request = new() { Key = ByteString.CopyFromUtf8(key), Value = UnsafeByteOperations.UnsafeWrap(value) };
        await Of(caller).PutAsync(request, cancellationToken: cancellationToken);
        return true;
    });

    public override Task<bool> GetAsync(int caller, string key, CancellationToken cancellationToken) => AnswerAsync(async () =>
        (await Of(caller).RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8(key) }, cancellationToken: cancellationToken)).Count > 0);

    public override Task<bool> DeleteAsync(int caller, string key, CancellationToken cancellationToken) => AnswerAsync(async () =>
        (await Of(caller).DeleteRangeAsync(new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key) }, cancellationToken: cancellationToken)).Deleted > 0);

    public override void Dispose()
    {
        foreach (GrpcChannel channel in _channels)
        {
            channel.Dispose();
        }
    }

    private static async Task<bool> AnswerAsync(Func<Task<bool>> call)
    {
        try
        {
            return await call();
        }
        catch (RpcException)
        {
            return false;
        }
    }

    private KV.KVClient Of(int caller) => new(_channels[caller % _channels.Length]);
}
