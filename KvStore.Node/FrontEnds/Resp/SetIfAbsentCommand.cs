using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// MSETNX: all of the keys or none. Nothing here changes keys together, so the keys are set one after the other, and those that were
/// set are taken back where a later one turns out to be there. Of two such commands one wins at the first key that both name, because
/// all go through the keys in one order.
/// </summary>
internal static class SetIfAbsentCommand
{
    /// <summary>Takes the pairs of a command whose keys share a slot.</summary>
    public static async ValueTask<RespReply> RunAsync(RespCall call, IReadOnlyDictionary<Key, byte[]> pairs)
    {
        Key[] keys = [.. pairs.Keys.Order(Comparer<Key>.Create(static (one, other) => one.Span.SequenceCompareTo(other.Span)))];
        OperationResult[] read = await call.Server.Operations.RunAllAsync(call, keys, static _ => Change.Identity, RespOperations.WithoutValue);
        OperationResult worst = read.MaxBy(result => result.Outcome);
        if (worst.Outcome != OperationOutcome.Committed || read.Any(result => result.Change.Existed))
        {
            return worst.Outcome == OperationOutcome.Committed ? RespReply.Integer(0) : RespError.Of(worst, Change.Identity, call.Level);
        }

        List<(Key Key, OperationResult Set)> done = [];
        foreach (Key key in keys)
        {
            Change change = Change.Put(pairs[key]) with { Condition = ConditionKind.Absent };
            OperationResult set = await call.Server.Operations.RunAsync(call, key, change);
            if (set.Outcome == OperationOutcome.Committed && set.Change.Outcome != ChangeOutcome.ConditionFailed)
            {
                done.Add((key, set));
                continue;
            }

            RespReply reply = set.Outcome == OperationOutcome.Committed ? RespReply.Integer(0) : RespError.Of(set, change, call.Level);
            return await TryTakeBackAsync(call, done) is { } failure ? Halfway(failure) : reply;
        }

        return RespReply.Integer(1);
    }

    /// <returns>Why a key may still be set; null if none is by this command.</returns>
    private static async ValueTask<RespReply?> TryTakeBackAsync(RespCall call, List<(Key Key, OperationResult Set)> done)
    {
        RespReply? failure = null;
        foreach ((Key key, OperationResult set) in done)
        {
            // Whoever has changed it since has made it their own.
            Change change = Change.Delete() with { Condition = ConditionKind.Version, Expected = set.Change.State!.Version };
            OperationResult deleted = await call.Server.Operations.RunAsync(call, key, change);
            failure = deleted.Outcome == OperationOutcome.Committed ? failure : RespError.Of(deleted, change, call.Level);
        }

        return failure;
    }

    private static RespReply Halfway(RespReply failure) =>
        RespReply.Error($"UNKNOWN Not all of the keys were absent, and some that were set could not be taken back: {System.Text.Encoding.UTF8.GetString(failure.Bytes.Span)}");
}
