using Grpc.Core;
using KvStore.Node.Peers;
using KvStore.Protocol.Peers;

namespace KvStore.Node.FrontEnds.Peers;

/// <summary>The answering end of a real wire: one call of another member. It lives as long as the call.</summary>
internal sealed class GrpcIncomingPeer(
    IAsyncStreamReader<FrameChunk> requests, IServerStreamWriter<FrameChunk> responses, ServerCallContext context) : IPeer
{
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PeerLink? _link;
    private GrpcFrameStream? _stream;

    public void Open(PeerLink link)
    {
        _link = link;
        _stream = new GrpcFrameStream(requests, responses, link, Abort);
    }

    public void Send(ReadOnlyMemory<byte> frame) => _stream!.Send(frame);

    public void Close()
    {
        if (_stream is { } stream && !stream.Stop())
        {
            Abort();
        }
    }

    /// <summary>Carries frames until the call is over; the link was opened before.</summary>
    /// <returns>Why the link gave the call up; null if it did not.</returns>
    public async Task<string?> RunAsync()
    {
        PeerLink link = _link!;
        string reason;
        try
        {
            // The dialling end waits for the headers to know that the stream stands.
            await context.WriteResponseHeadersAsync([]);
            link.OnOpened();
            Task<string> running = _stream!.RunAsync();
            await Task.WhenAny(running, _aborted.Task);
            if (!running.IsCompleted)
            {
                context.GetHttpContext().Abort();
            }

            reason = await running;
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or InvalidOperationException)
        {
            reason = failure.Message;
        }

        link.OnLost(reason);
        return link.Status.LastError;
    }

    private void Abort() => _aborted.TrySetResult();
}
