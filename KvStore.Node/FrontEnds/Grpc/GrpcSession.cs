using System.Diagnostics;
using Grpc.Core;
using KvStore.Node.Coordination;
using KvStore.Node.Telemetry;
using Microsoft.Extensions.Hosting;

namespace KvStore.Node.FrontEnds.Grpc;

/// <summary>
/// Runs the operations of a session as they come. All of a message are given to their lanes before any is waited for, and what is
/// answered while a reply is written goes into the next one.
/// </summary>
internal sealed class GrpcSession(Member member, OperationSpan span, RequestRules rules, IHostApplicationLifetime lifetime)
{
    // A client that is told of the stop ends its stream at once; one that does not is not waited for longer.
    private static readonly TimeSpan ClosingMax = TimeSpan.FromSeconds(2);

    public async Task RunAsync(
        IAsyncStreamReader<Protocol.SessionRequest> requests, IServerStreamWriter<Protocol.SessionReply> replies, CancellationToken cancellationToken)
    {
        SessionAnswers answers = new(replies);
        using CancellationTokenSource reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using CancellationTokenRegistration stopping = lifetime.ApplicationStopping.Register(() =>
        {
            answers.Close();
            reading.CancelAfter(ClosingMax);
        });
        try
        {
            while (await requests.MoveNext(reading.Token))
            {
                foreach (Protocol.SessionOperation operation in requests.Current.Operations)
                {
                    await answers.RoomAsync(reading.Token);
                    Start(operation, answers);
                }
            }
        }
        catch (Exception exception) when (reading.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            // The client is gone, or was told to end the session long ago.
        }

        await answers.FinishAsync(cancellationToken);
    }

    private void Start(Protocol.SessionOperation request, SessionAnswers answers)
    {
        ulong id = request.Id;
        RequestFailure? malformed = GrpcOperation.Read(request.Operation, rules, out GrpcOperation operation);
        if (malformed is not null)
        {
            answers.Add(id, new Protocol.BatchResult { Error = GrpcAnswer.DetailOf(malformed) });
            return;
        }

        _ = ActivityContext.TryParse(request.Traceparent, request.Tracestate, isRemote: true, out ActivityContext parent);
        string name = LaneRounds.NameOf(operation.Change.Kind);
        Activity? activity = span.Start(name, parent);
        long begun = span.Begin();
        TimeSpan timeout = rules.TimeoutOf(request.TimeoutMilliseconds == 0 ? null : GrpcDeadline.Within(TimeSpan.FromMilliseconds(request.TimeoutMilliseconds)));
        member.Coordinator.Execute(operation.Key, operation.Change, operation.Level, timeout, activity?.Context ?? parent, result =>
        {
            RequestFailure? failure = OperationAnswer.FailureOf(result, operation.Change, operation.Level);
            span.End(activity, name, begun, failure, new OperationSpan.Subject(operation.Key.Hash, BatchSize: 0));
            NodeTelemetry.Stop(activity);
            answers.Add(id, failure is null ? GrpcAnswer.Batched(operation.Change, result.Change) : new Protocol.BatchResult { Error = GrpcAnswer.DetailOf(failure) });
        });
    }
}
