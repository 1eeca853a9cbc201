using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Commands on any number of keys, each of which is changed on its own: what becomes of one says nothing of another.</summary>
internal static class ManyKeysCommands
{
    /// <summary>Bytes of the values in one answer, at most: beyond it the answer is an error.</summary>
    public const long AnswerBytesMax = 64L << 20;

    public static IReadOnlyList<RespCommand> All { get; } =
    [
        new("del", -2, "write", KeyPlaces.All, "generic", "1.0.0", "Deletes one or more keys.") { Single = DeleteOne, InSteps = DeleteAsync },
        new("unlink", -2, "write fast", KeyPlaces.All, "generic", "4.0.0", "Deletes one or more keys.") { Single = DeleteOne, InSteps = DeleteAsync },
        new("exists", -2, "readonly fast", KeyPlaces.All, "generic", "1.0.0", "Determines whether one or more keys exist.") { Single = ExistsOne, InSteps = ExistsAsync },
        new("touch", -2, "readonly fast", KeyPlaces.All, "generic", "3.2.1", "Returns the number of existing keys out of those specified.") { Single = ExistsOne, InSteps = ExistsAsync },
        new("mget", -2, "readonly fast", KeyPlaces.All, "string", "1.0.0", "Returns the string values of one or more keys.") { InSteps = GetManyAsync },
        new("mset", -3, "write denyoom", KeyPlaces.Pairs, "string", "1.0.1", "Sets the string values of one or more keys, each on its own.") { InSteps = SetManyAsync },
        new("msetnx", -3, "write denyoom", KeyPlaces.Pairs, "string", "1.0.1", "Sets the string values of keys of one slot only when none exists; not atomic across them.") { InSteps = SetIfAbsentAsync },
    ];

    private static SingleOperation DeleteOne(RespCall call) =>
        call.Count > 2 ? SingleOperation.InSteps : SingleOperation.Of(Change.Delete(), static result => RespReply.Integer(result.Existed ? 1 : 0));

    private static SingleOperation ExistsOne(RespCall call) =>
        call.Count > 2 ? SingleOperation.InSteps : SingleOperation.Of(Change.Identity, static result => RespReply.Integer(result.Existed ? 1 : 0));

    private static async ValueTask<RespReply> DeleteAsync(RespCall call)
    {
        OperationResult[] results = await call.Server.Operations.RunAllAsync(call, call.Keys, static _ => Change.Delete(), RespOperations.WithoutValue);
        return WorstOf(call, results, Change.Delete()) ?? RespReply.Integer(results.Count(result => result.Change.Existed));
    }

    /// <summary>A key named twice counts twice.</summary>
    private static async ValueTask<RespReply> ExistsAsync(RespCall call)
    {
        Key[] keys = [.. call.Arguments.Skip(1).Select(argument => new Key(argument))];
        OperationResult[] results = await call.Server.Operations.RunAllAsync(call, keys, static _ => Change.Identity, RespOperations.WithoutValue);
        return WorstOf(call, results, Change.Identity) ?? RespReply.Integer(results.Count(result => result.Change.Existed));
    }

    private static async ValueTask<RespReply> GetManyAsync(RespCall call)
    {
        Key[] keys = [.. call.Arguments.Skip(1).Select(argument => new Key(argument))];
        long bytes = 0;
        (OperationResult Result, RespReply Reply)[] read = await call.Server.Operations.RunAllAsync(call, keys, static _ => Change.Identity, result =>
        {
            StoredValue found = new(result.Change.State);
            bytes += found.Bytes.Length;
            return (RespOperations.WithoutValue(result), found.IsString && bytes <= AnswerBytesMax ? RespReply.Bulk(found.Bytes) : RespReply.Null);
        });
        return WorstOf(call, [.. read.Select(each => each.Result)], Change.Identity)
            ?? (bytes > AnswerBytesMax
                ? RespReply.Error($"ERR the values are more than {AnswerBytesMax} bytes: ask for fewer at a time")
                : RespReply.Array([.. read.Select(each => each.Reply)]));
    }

    private static async ValueTask<RespReply> SetManyAsync(RespCall call)
    {
        if (ReadPairs(call, out Dictionary<Key, byte[]> pairs) is { } wrong)
        {
            return wrong;
        }

        Key[] keys = [.. pairs.Keys];
        OperationResult[] results = await call.Server.Operations.RunAllAsync(call, keys, place => Change.Put(pairs[keys[place]]), RespOperations.WithoutValue);
        return WorstOf(call, results, Change.Put(default)) ?? RespReply.Ok;
    }

    /// <summary>Across slots it is refused, as RENAME is: what is done key by key is kept to keys that share their owners.</summary>
    private static async ValueTask<RespReply> SetIfAbsentAsync(RespCall call)
    {
        if (ReadPairs(call, out Dictionary<Key, byte[]> pairs) is { } wrong)
        {
            return wrong;
        }

        if (pairs.Count > 1)
        {
            return pairs.Keys.Select(key => key.Slot).Distinct().Count() > 1 ? RespError.CrossSlot : await SetIfAbsentCommand.RunAsync(call, pairs);
        }

        (Key key, byte[] value) = pairs.Single();
        Change change = Change.Put(value) with { Condition = ConditionKind.Absent };
        OperationResult result = await call.Server.Operations.RunAsync(call, key, change);
        return result.Outcome != OperationOutcome.Committed
            ? RespError.Of(result, change, call.Level)
            : RespReply.Integer(result.Change.Outcome == ChangeOutcome.ConditionFailed ? 0 : 1);
    }

    /// <param name="pairs">Of a key named twice, what it is set to last.</param>
    private static RespReply? ReadPairs(RespCall call, out Dictionary<Key, byte[]> pairs)
    {
        pairs = [];
        if (call.Count % 2 == 0)
        {
            return RespError.Arity(call.Command.Name);
        }

        for (int at = 1; at < call.Count; at += 2)
        {
            if (call.Server.Rules.CheckValue(call.Arguments[at + 1].Length) is { } tooLarge)
            {
                return RespError.Of(tooLarge);
            }

            pairs[new Key(call.Arguments[at])] = call.Arguments[at + 1];
        }

        return null;
    }

    /// <summary>What went wrong with some of the keys; what is not known weighs more than what was not applied.</summary>
    /// <returns>Null if all is well.</returns>
    private static RespReply? WorstOf(RespCall call, OperationResult[] results, Change change)
    {
        OperationResult worst = results.MaxBy(result => result.Outcome);
        if (worst.Outcome == OperationOutcome.Committed)
        {
            return null;
        }

        RequestFailure failure = OperationAnswer.FailureOf(worst, change, call.Level)!;
        int done = results.Count(result => result.Outcome == OperationOutcome.Committed);
        bool isPartly = done > 0 && change.Kind != ChangeKind.Identity;
        return RespError.Of(failure with
        {
            Outcome = isPartly ? OperationOutcome.Unknown : failure.Outcome, // the command as a whole was neither applied nor not
            Detail = $"{failure.Detail} Of {results.Length} keys {done} are done.",
        });
    }
}
