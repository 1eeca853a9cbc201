using System.Globalization;
using Grpc.Core;

namespace KvStore.Tests.StandIns.Grpc;

internal sealed class EchoService : Echo.EchoBase
{
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _flooded;

    /// <summary>Ends when a call waits for its cancellation.</summary>
    public Task Waiting => _waiting.Task;

    /// <summary>Messages of floods that were written, or are being written.</summary>
    public int Flooded => _flooded;

    /// <summary>Ends when a waiting call has seen that its client is gone.</summary>
    public Task Cancelled => _cancelled.Task;

    public override async Task<Text> Say(Text request, ServerCallContext context)
    {
        var received = context.RequestHeaders.GetValueBytes("nonce-bin") ?? [];
        var timeLeft = (context.Deadline - DateTime.UtcNow).ToString("c", CultureInfo.InvariantCulture);
        var encoding = context.GetHttpContext().Request.Headers["grpc-encoding"].ToString();
        await context.WriteResponseHeadersAsync(new Metadata
        {
            { "nonce-bin", received }, { "method", context.Method }, { "time-left", timeLeft }, { "request-encoding", encoding },
        });
        context.ResponseTrailers.Add("length", request.Value.Length.ToString(CultureInfo.InvariantCulture));
        return request;
    }

    public override async Task Spell(Text request, IServerStreamWriter<Text> responseStream, ServerCallContext context)
    {
        foreach (var letter in request.Value)
        {
            await responseStream.WriteAsync(new Text { Value = letter.ToString() }, context.CancellationToken);
        }
    }

    public override async Task<Text> Join(IAsyncStreamReader<Text> requestStream, ServerCallContext context)
    {
        var joined = "";
        await foreach (var text in requestStream.ReadAllAsync(context.CancellationToken))
        {
            joined += text.Value;
        }

        return new Text { Value = joined };
    }

    public override async Task Converse(
        IAsyncStreamReader<Text> requestStream,
        IServerStreamWriter<Text> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var answer = requestStream.Current.Value.ToUpperInvariant();
            await responseStream.WriteAsync(new Text { Value = answer }, context.CancellationToken);
        }
    }

    public override Task<Text> Fail(Text request, ServerCallContext context) =>
        throw new RpcException(
            new Status(StatusCode.FailedPrecondition, request.Value),
            new Metadata { { "reason", "asked" }, { "reason-bin", [0, 255] } });

    public override async Task<Text> WaitForCancellation(Text request, ServerCallContext context)
    {
        _waiting.TrySetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            _cancelled.TrySetResult();
        }

        return request;
    }

    /// <summary>The same message, for as long as somebody listens.</summary>
    public override async Task Flood(Text request, IServerStreamWriter<Text> responseStream, ServerCallContext context)
    {
        while (!context.CancellationToken.IsCancellationRequested)
        {
            Interlocked.Increment(ref _flooded);
            await responseStream.WriteAsync(request, context.CancellationToken);
        }
    }
}
