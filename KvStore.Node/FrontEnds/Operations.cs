using System.Diagnostics;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.FrontEnds;

/// <summary>Runs an operation on one key for any front end: through the coordinator, to what its result means, with its span.</summary>
internal sealed class Operations(Member member, OperationSpan span)
{
    /// <returns>What the change did, or why it did nothing; one of the two.</returns>
    public ValueTask<(ChangeResult Result, RequestFailure? Failure)> RunAsync(
        Key key, Change change, Consistency level, TimeSpan timeout, CancellationToken cancellationToken) =>
        RunAsync(key, change, level, trail: null, timeout, cancellationToken);

    /// <param name="trail">Told of what happens to it; null where nobody follows it.</param>
    public async ValueTask<(ChangeResult Result, RequestFailure? Failure)> RunAsync(
        Key key, Change change, Consistency level, RequestTrail? trail, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Activity? request = Activity.Current;
        long begun = span.Begin();
        OperationResult result = trail is null
            ? await member.Coordinator.ExecuteAsync(key, change, level, timeout, cancellationToken)
            : await member.Coordinator.FollowAsync(new Coordinator.Request(key, change, level), trail, timeout);
        RequestFailure? failure = OperationAnswer.FailureOf(result, change, level);
        span.End(request, LaneRounds.NameOf(change.Kind), begun, failure, new OperationSpan.Subject(key.Hash, BatchSize: 0));
        return (result.Change, failure);
    }
}
