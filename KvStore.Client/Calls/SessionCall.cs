using Grpc.Core;
using Wire = KvStore.Protocol;

namespace KvStore.Client.Calls;

/// <summary>An operation in a <see cref="Session"/>: what is sent, and the answer when it is there.</summary>
/// <param name="message">With its id.</param>
/// <param name="operation">For what a failure means.</param>
/// <param name="deadline">UTC.</param>
internal sealed class SessionCall(Wire.SessionOperation message, Operation operation, DateTime deadline)
{
    // Whoever awaits it must not run on the thread that reads the stream.
    private readonly TaskCompletionSource<CallAnswer<Wire.BatchResult>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Wire.SessionOperation Message { get; } = message;

    /// <summary>About how long it is on the wire.</summary>
    public int Bytes { get; } = message.CalculateSize();

    public DateTime Deadline { get; } = deadline;

    public Task<CallAnswer<Wire.BatchResult>> Answer => _answer.Task;

    public void Complete(Wire.BatchResult result, Uri endpoint) => _answer.TrySetResult(
        result.ResultCase == Wire.BatchResult.ResultOneofCase.Error
            ? new CallAnswer<Wire.BatchResult>(null, Failures.Of(result.Error, operation, endpoint))
            : new CallAnswer<Wire.BatchResult>(result, null));

    /// <summary>It was sent, and there will be no answer.</summary>
    public void FailSent(RpcException exception, Uri endpoint) =>
        _answer.TrySetResult(new CallAnswer<Wire.BatchResult>(null, Failures.Of(exception, operation, endpoint)));

    /// <summary>The caller waits no longer.</summary>
    public void Cancel() => _answer.TrySetCanceled();

    /// <summary>It never left.</summary>
    public void FailUnsent(string type, string message, StatusCode code, Uri endpoint) =>
        _answer.TrySetResult(new CallAnswer<Wire.BatchResult>(null, Failures.Unsent(type, message, code, endpoint)));
}
