using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// Commands that no change of the registers does alone: the key is read, and what is made of it is put if the key's version
/// is still the one that was read. Atomic: what is answered was true of the version that was replaced. Commands at one member
/// take turns at a key (<see cref="KeyTurns"/>), those at others do not.
/// </summary>
internal static class Rewriting
{
    /// <summary>Tries, at most, and none is begun after a request's time; each but the last failed because somebody else changed the key between.</summary>
    public const int AttemptsMax = 64;

    /// <param name="rewrite">Pure: it may be asked more than once.</param>
    public static async ValueTask<RespReply> RunAsync(RespCall call, Key key, Func<StoredValue, Rewrite> rewrite)
    {
        if (!await call.Server.Turns.EnterAsync(key, call.Server.Rules.TimeoutOf(null)))
        {
            return RespError.Contended;
        }

        try
        {
            return await TryAsync(call, key, rewrite);
        }
        finally
        {
            call.Server.Turns.Leave(key);
        }
    }

    private static async ValueTask<RespReply> TryAsync(RespCall call, Key key, Func<StoredValue, Rewrite> rewrite)
    {
        OperationResult read = await call.Server.Operations.RunAsync(call, key, Change.Identity);
        if (read.Outcome != OperationOutcome.Committed)
        {
            return RespError.Of(read, Change.Identity, call.Level);
        }

        RegisterState? state = read.Change.State;
        long begun = call.Server.Time.GetTimestamp();
        for (int attempt = 0; attempt < AttemptsMax && call.Server.Time.GetElapsedTime(begun) < call.Server.Rules.TimeoutOf(null); attempt++)
        {
            Rewrite next = rewrite(new StoredValue(state));
            if (next.Kind == ChangeKind.Identity)
            {
                return next.Reply;
            }

            if (call.Server.Rules.CheckValue(next.Value.Length) is { } tooLarge)
            {
                return RespError.Of(tooLarge);
            }

            Change change = next.ChangeOf(state);
            OperationResult written = await call.Server.Operations.RunAsync(call, key, change);
            if (written.Outcome != OperationOutcome.Committed)
            {
                return RespError.Of(written, change, call.Level);
            }

            if (written.Change.Outcome != ChangeOutcome.ConditionFailed)
            {
                return next.Reply;
            }

            state = written.Change.State;
        }

        return RespError.Contended;
    }
}
