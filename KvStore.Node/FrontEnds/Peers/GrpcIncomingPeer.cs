using Grpc.Core;
using KvStore.Node.Peers;
using KvStore.Protocol.Peers;

namespace KvStore.Node.FrontEnds.Peers;

/// <summary>The answering end of a real wire: one call of another member. It lives as long as the call.</summary>
internal sealed class GrpcIncomingPeer(
    IAsyncStreamReader<FrameChunk> requests, IServerStreamWriter<FrameChunk> responses, ServerCallContext context) : IPeer
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PeerLink? _link;
    private GrpcFrameStream? _stream;

    public void Open(PeerLink link)
    {
        _link = link;
        _stream = new GrpcFrameStream(requests, responses, link, context.GetHttpContext().Abort);
    }

    public void Send(ReadOnlyMemory<byte> frame) => _stream!.Send(frame);

    public void Close()
    {
        if (_stream is { } stream && !stream.Stop())
        {
            _closed.TrySetResult();
        }
    }

    /// <summary>Carries frames until the call is over or shall be; the link was opened before.</summary>
    /// <returns>Why the link gave the call up; null if it did not.</returns>
    public async Task<string?> RunAsync()
    {
        PeerLink link = _link!;
        Task carrying = CarryAsync(link);
        await Task.WhenAny(carrying, _closed.Task);
        if (!carrying.IsCompleted && !_stream!.IsSending)
        {
            // The dialling end gets a status this way. What is left is a read, which ends with the call.
            EndAfter(carrying);
        }
        else
        {
            if (_stream!.IsSending)
            {
                // A peer that does not read would keep the write, and the call, for as long as it likes.
                context.GetHttpContext().Abort();
            }

            await carrying;
        }

        return link.Status.LastError;
    }

    // Nobody waits for it: an exception is a bug, and ends the process.
    private static async void EndAfter(Task carrying) => await carrying;

    private async Task CarryAsync(PeerLink link)
    {
        string reason;
        try
        {
            // The dialling end waits for the headers to know that the stream stands.
            await context.WriteResponseHeadersAsync([]);
            link.OnOpened();
            reason = await _stream!.RunAsync();
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or InvalidOperationException)
        {
            reason = failure.Message;
        }

        link.OnLost(reason);
    }
}
