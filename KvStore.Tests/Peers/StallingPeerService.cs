using Google.Protobuf;
using Grpc.Core;
using KvStore.Node.Peers;
using KvStore.Protocol.Peers;

namespace KvStore.Tests.Peers;

/// <summary>A member that answers the first ping and from then on neither reads nor writes, like a stopped process.</summary>
internal sealed class StallingPeerService(string self, string peer) : Peer.PeerBase
{
    public override async Task Exchange(
        IAsyncStreamReader<FrameChunk> requestStream, IServerStreamWriter<FrameChunk> responseStream, ServerCallContext context)
    {
        await context.WriteResponseHeadersAsync([]);
        await requestStream.MoveNext(context.CancellationToken);
        ReadOnlyMemory<byte> answer = Messages.Frame(Messages.HeaderOf(self, peer), Array.Empty<PeerReply>());
        await responseStream.WriteAsync(new FrameChunk { Bytes = ByteString.CopyFrom(answer.Span) }, context.CancellationToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
    }
}
