using System.Diagnostics;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Runs changes of keys for commands: the one door to the coordinator, with spans and time limits.</summary>
internal sealed class RespOperations(Member member, OperationSpan span, RequestRules rules)
{
    /// <summary>Keys of one command that are under way at once, at most.</summary>
    public const int KeysAtOnceMax = 256;

    /// <summary>One change, answered on its lane.</summary>
    /// <param name="answered">Called once: quick, and without exceptions.</param>
    public void Run(RespCall call, Change change, Action<OperationResult> answered)
    {
        string name = LaneRounds.NameOf(change.Kind);
        Activity? activity = span.Start(name, call.Parent);
        long begun = span.Begin();
        member.Coordinator.Execute(call.Key, change, call.Level, rules.TimeoutOf(null), activity?.Context ?? call.Parent, result =>
        {
            End(activity, name, begun, result, change, call);
            NodeTelemetry.Stop(activity);
            answered(result);
        });
    }

    /// <summary>Reads and puts that came together; the batch is told when it is answered.</summary>
    public bool TryRun(RespCall call, RespBatch batch, out OperationFailure refusal) =>
        member.Coordinator.TryExecute(batch, call.Level, rules.TimeoutOf(null), out refusal);

    /// <summary>Leaves spans of what was slow or went wrong.</summary>
    public void End(RespCall call, RespBatch batch)
    {
        if (batch.Failed == 0 && !span.IsSlow(batch.Began))
        {
            return;
        }

        for (int i = 0; i < batch.Count; i++)
        {
            ref readonly BatchItem item = ref batch[i];
            OperationResult result = batch.ResultOf(i);
            RequestFailure? failure = result.Outcome == OperationOutcome.Committed ? null : OperationAnswer.FailureOf(result, item.Change, call.Level);
            span.End(null, LaneRounds.NameOf(item.Change.Kind), batch.Began, failure, new OperationSpan.Subject(item.Key.Hash, BatchSize: 0));
        }
    }

    /// <summary>One change, as a step of a command.</summary>
    public async ValueTask<OperationResult> RunAsync(RespCall call, Key key, Change change)
    {
        Activity? activity = Activity.Current;
        long begun = span.Begin();
        OperationResult result = await member.Coordinator.ExecuteAsync(key, change, call.Level, rules.TimeoutOf(null), CancellationToken.None);
        End(activity, LaneRounds.NameOf(change.Kind), begun, result, change, call);
        return result;
    }

    /// <summary>Changes of many keys, some hundreds of them side by side.</summary>
    /// <param name="take">Asked of each key's result, in their order, when its turn comes; what it does not keep is not kept.</param>
    public async ValueTask<T[]> RunAllAsync<T>(RespCall call, IReadOnlyList<Key> keys, Func<int, Change> changeOf, Func<OperationResult, T> take)
    {
        T[] taken = new T[keys.Count];
        Activity? activity = Activity.Current;
        for (int first = 0; first < taken.Length; first += KeysAtOnceMax)
        {
            long begun = span.Begin();
            int count = Math.Min(KeysAtOnceMax, taken.Length - first);
            List<Coordinator.Request> requests = [.. Enumerable.Range(first, count).Select(place => new Coordinator.Request(keys[place], changeOf(place), call.Level))];
            ValueTask<OperationResult>[] running = member.Coordinator.ExecuteAllAsync(requests, rules.TimeoutOf(null), CancellationToken.None);
            RequestFailure? failure = null;
            for (int i = 0; i < count; i++)
            {
                OperationResult result = await running[i];
                failure = result.Outcome == OperationOutcome.Committed ? failure : OperationAnswer.FailureOf(result, requests[i].Change, call.Level);
                taken[first + i] = take(result);
            }

            span.End(activity, call.Command.Name, begun, failure, new OperationSpan.Subject(0, count));
        }

        return taken;
    }

    /// <summary>A result without the value that was found, which may be long.</summary>
    public static OperationResult WithoutValue(OperationResult result) => result with { Change = result.Change with { State = null } };

    /// <summary>A page of keys; see <see cref="Coordinator.ListAsync"/>.</summary>
    /// <param name="slots">Null for all.</param>
    public ValueTask<KeyListing> ListAsync(ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> after, int limit, SlotSpans? slots = null) =>
        member.Coordinator.ListAsync(prefix, after, slots, limit, rules.TimeoutOf(null), CancellationToken.None);

    private void End(Activity? activity, string name, long begun, in OperationResult result, Change change, RespCall call)
    {
        // What was committed is no failure of the server's, whatever it was decided to do.
        RequestFailure? failure = activity is null && result.Outcome == OperationOutcome.Committed
            ? null
            : OperationAnswer.FailureOf(result, change, call.Level);
        span.End(activity, name, begun, failure, new OperationSpan.Subject(call.Keys.Length > 0 ? call.Keys[0].Hash : 0, BatchSize: 0));
    }
}
