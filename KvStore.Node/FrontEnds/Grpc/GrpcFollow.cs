using Grpc.Core;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;

namespace KvStore.Node.FrontEnds.Grpc;

/// <summary>Runs one operation and tells what happens to it, as it happens.</summary>
internal sealed class GrpcFollow(Operations operations, ClusterView view, RequestRules rules, TimeProvider time)
{
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
        await foreach (TrailEvent happened in trail.ReadAsync(gone))
        {
            Protocol.FollowEvent told = TrailView.Of(happened);
            if (happened.Kind == TrailEventKind.Answered)
            {
                (ChangeResult result, RequestFailure? failure) = await answer;
                told.Answer = TrailView.Of(result, failure);
            }

            await events.WriteAsync(told, gone);
        }
    }
}
