using System.Diagnostics;
using Grpc.Core;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;

namespace KvStore.Node.FrontEnds.Grpc;

/// <summary>Runs the operations of a batch side by side, each on its own.</summary>
internal sealed class GrpcBatch(Member member, OperationSpan span, RequestRules rules)
{
    public const int OperationsMax = 1000;

    // Of a result beside its value.
    private const int ResultOverheadMax = 256;

    // What does not fit a reply is an error that says so: it was read, but cannot be sent.
    private readonly long _replyBytesMax = rules.MessageBytesMax - (OperationsMax * ResultOverheadMax);

    public async Task<Protocol.BatchReply> RunAsync(Protocol.BatchRequest request, TimeSpan timeout, ServerCallContext context)
    {
        Protocol.BatchReply reply = new();
        if (request.Operations.Count > OperationsMax)
        {
            GrpcAnswer.Fail(context, RequestFailure.Malformed($"The batch has {request.Operations.Count} operations; {OperationsMax} are allowed."));
            return reply;
        }

        Activity? call = Activity.Current;
        long begun = span.Begin();
        Started[] started = StartAll(request.Operations, timeout, context.CancellationToken);
        RequestFailure? worst = null;
        long bytes = 0;
        foreach (Started one in started)
        {
            (Protocol.BatchResult result, RequestFailure? failure) = await FinishAsync(one, bytes);
            reply.Results.Add(result);
            bytes += result.Get?.Value.Length ?? 0;
            worst = worst is { IsServersFault: true } ? worst : failure ?? worst;
        }

        span.End(call, "batch", begun, worst, new OperationSpan.Subject(0, Math.Max(1, started.Length)));
        return reply;
    }

    /// <summary>Reads all, and starts those that can be read.</summary>
    private Started[] StartAll(IReadOnlyList<Protocol.BatchOperation> requests, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Started[] started = new Started[requests.Count];
        List<Coordinator.Request> valid = new(requests.Count);
        for (int i = 0; i < started.Length; i++)
        {
            RequestFailure? failure = GrpcOperation.ReadBatched(requests[i], rules, out GrpcOperation operation);
            started[i] = new Started(failure, operation, default);
            if (failure is null)
            {
                valid.Add(new Coordinator.Request(operation.Key, operation.Change, operation.Level));
            }
        }

        ValueTask<OperationResult>[] running = member.Coordinator.ExecuteAllAsync(valid, timeout, cancellationToken);
        int next = 0;
        for (int i = 0; i < started.Length; i++)
        {
            if (started[i].Failure is null)
            {
                started[i] = started[i] with { Running = running[next++] };
            }
        }

        return started;
    }

    /// <param name="bytes">Already in the reply.</param>
    private async ValueTask<(Protocol.BatchResult Result, RequestFailure? Failure)> FinishAsync(Started one, long bytes)
    {
        RequestFailure? failure = one.Failure;
        ChangeResult result = default;
        if (failure is null)
        {
            OperationResult answer = await one.Running;
            failure = OperationAnswer.FailureOf(answer, one.Operation.Change, one.Operation.Level);
            result = answer.Change;
        }

        if (failure is null && one.Operation.Change.Kind == ChangeKind.Identity && bytes + result.State!.Value.Length > _replyBytesMax)
        {
            failure = new RequestFailure(FailureKind.ReplyTooLarge, $"The batch's values are more than {_replyBytesMax} bytes: get this one alone.");
        }

        return (failure is null
            ? GrpcAnswer.Batched(one.Operation.Change, result)
            : new Protocol.BatchResult { Error = GrpcAnswer.DetailOf(failure) }, failure);
    }

    private readonly record struct Started(RequestFailure? Failure, GrpcOperation Operation, ValueTask<OperationResult> Running);
}
