using System.Diagnostics;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.FrontEnds;

/// <summary>Runs an operation on one key for any front end: through the coordinator, to what its result means, with its span.</summary>
internal sealed class Operations(Member member, OperationSpan span)
{
    /// <returns>What the change did, or why it did nothing; one of the two.</returns>
    public async ValueTask<(ChangeResult Result, RequestFailure? Failure)> RunAsync(
        Key key, Change change, Consistency level, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Activity? request = Activity.Current;
        long begun = span.Begin();
        OperationResult result = await member.Coordinator.ExecuteAsync(key, change, level, timeout, cancellationToken);
        RequestFailure? failure = OperationAnswer.FailureOf(result, change, level);
        span.End(request, LaneRounds.NameOf(change.Kind), begun, failure, new OperationSpan.Subject(key.Hash, BatchSize: 0));
        return (result.Change, failure);
    }
}
