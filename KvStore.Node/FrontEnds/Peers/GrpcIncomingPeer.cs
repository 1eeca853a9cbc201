using Grpc.Core;
using KvStore.Node.Peers;
using KvStore.Protocol.Peers;
using Microsoft.AspNetCore.Http.Features;

namespace KvStore.Node.FrontEnds.Peers;

/// <summary>The answering end of a real wire: one call of another member. It lives as long as the call.</summary>
/// <param name="faults">What is done to frames on purpose; null where that is not allowed.</param>
internal sealed class GrpcIncomingPeer(
    IAsyncStreamReader<FrameChunk> requests, IServerStreamWriter<FrameChunk> responses, ServerCallContext context, FaultSwitch? faults) : IPeer
{
    // HTTP/2's CANCEL: the stream is no longer needed.
    private const int ResetCode = 8;

    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PeerLink? _link;
    private GrpcFrameStream? _stream;

    public void Open(PeerLink link)
    {
        _link = link;
        _stream = new GrpcFrameStream(requests, responses, link, Reset, faults);
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
        if (!carrying.IsCompleted)
        {
            // Not by returning: what still reads or writes would then touch a call that is over, or another in its place.
            Reset();
        }

        await carrying;
        return link.Status.LastError;
    }

    private async Task CarryAsync(PeerLink link)
    {
        try
        {
            // The dialling end waits for the headers to know that the stream stands.
            await context.WriteResponseHeadersAsync([]);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or InvalidOperationException)
        {
            link.OnLost(failure.Message);
            return;
        }

        link.OnOpened();
        link.OnLost(await _stream!.RunAsync());
    }

    private void Reset()
    {
        HttpContext call = context.GetHttpContext();
        if (call.Features.Get<IHttpResetFeature>() is { } feature)
        {
            feature.Reset(ResetCode);
        }
        else
        {
            call.Abort();
        }
    }
}
