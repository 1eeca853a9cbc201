using Grpc.Core;
using KvStore.Protocol.Peers;

namespace KvStore.Bench.Streams;

/// <summary>Sends every message back as it came.</summary>
internal sealed class EchoService : Peer.PeerBase
{
    public override async Task Exchange(
        IAsyncStreamReader<FrameChunk> requestStream, IServerStreamWriter<FrameChunk> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(CancellationToken.None))
        {
            await responseStream.WriteAsync(requestStream.Current, CancellationToken.None);
        }
    }
}
