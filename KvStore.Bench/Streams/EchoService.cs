using Grpc.Core;

namespace KvStore.Bench.Streams;

/// <summary>Sends every message back as it came.</summary>
internal sealed class EchoService : Echo.EchoBase
{
    public override async Task Exchange(
        IAsyncStreamReader<EchoMessage> requestStream, IServerStreamWriter<EchoMessage> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(CancellationToken.None))
        {
            await responseStream.WriteAsync(requestStream.Current, CancellationToken.None);
        }
    }
}
