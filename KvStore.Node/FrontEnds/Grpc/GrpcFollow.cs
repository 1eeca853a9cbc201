using Grpc.Core;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;

namespace KvStore.Node.FrontEnds.Grpc;

/// <summary>Runs one operation and tells what happens to it, as it happens.</summary>
internal sealed class GrpcFollow(Operations operations, ClusterView view, RequestRules rules, TimeProvider time)
{
    /// <summary>How long after the answer it is told what comes late.</summary>
    public static readonly TimeSpan LateMax = TimeSpan.FromSeconds(2);

    public async Task RunAsync(Protocol.FollowRequest request, IServerStreamWriter<Protocol.FollowEvent> events, ServerCallContext context)
    {
        if (GrpcOperation.Read(request.Operation, rules, out GrpcOperation asked) is { } problem)
        {
            GrpcAnswer.Fail(context, problem);
            return;
        }

        CancellationToken gone = context.CancellationToken;
        await events.WriteAsync(view.FollowBegun(asked.Key, asked.Level, Http.TraceResponse.TraceIdOf(context.GetHttpContext())), gone);
        RequestTrail trail = new(time);
        Task<(ChangeResult Result, RequestFailure? Failure)> answer = operations
            .RunAsync(asked.Key, asked.Change, asked.Level, trail, GrpcDeadline.TimeoutOf(context, rules, time), gone).AsTask();
        CancellationTokenSource? late = null;
        try
        {
            while (await trail.Events.WaitToReadAsync(late?.Token ?? gone))
            {
                while (trail.Events.TryRead(out TrailEvent happened))
                {
                    Protocol.FollowEvent told = TrailView.Of(happened);
                    if (happened.Kind == TrailEventKind.Answered)
                    {
                        (ChangeResult result, RequestFailure? failure) = await answer;
                        told.Answer = TrailView.Of(result, failure);
                        late = new CancellationTokenSource(LateMax, time);
                    }

                    await events.WriteAsync(told, gone);
                }
            }
        }
        catch (OperationCanceledException) when (late is { IsCancellationRequested: true })
        {
            // Whatever comes now is too late to be told.
        }
        finally
        {
            late?.Dispose();
        }
    }
}
