using KvStore.Node.Coordination;
using KvStore.Node.Registers;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// What goes wrong, by the word that an error begins with. Clients act on that word: UNKNOWN, it may have taken effect;
/// UNAVAILABLE and OVERLOADED, it has not; ERR and the rest, the command itself is wrong.
/// </summary>
internal static class RespError
{
    public static readonly RespReply Syntax = RespReply.Error("ERR syntax error");
    public static readonly RespReply WrongType = RespReply.Error("WRONGTYPE Operation against a key holding the wrong kind of value");
    public static readonly RespReply NotInteger = RespReply.Error("ERR value is not an integer or out of range");
    public static readonly RespReply NotFloat = RespReply.Error("ERR value is not a valid float");
    public static readonly RespReply Overflow = RespReply.Error("ERR increment or decrement would overflow");
    public static readonly RespReply OffsetOutOfRange = RespReply.Error("ERR offset is out of range");
    public static readonly RespReply NoSuchKey = RespReply.Error("ERR no such key");
    public static readonly RespReply CrossSlot = RespReply.Error("CROSSSLOT Keys in request don't hash to the same slot");
    public static readonly RespReply NoAuthentication = RespReply.Error("NOAUTH Authentication required.");
    public static readonly RespReply Spent = RespReply.Error("OVERLOADED The connections of this member hold as much as they may. The command was not run.");
    public static readonly RespReply WaitedTooLong = RespReply.Error("OVERLOADED The command has waited too long for others. It was not run.");
    public static readonly RespReply Internal = RespReply.Error("ERR internal: the member failed to answer; its own log says why");

    public static readonly RespReply Contended = RespReply.Error(
        "UNAVAILABLE The key was changed by others each time that this was tried, and too often. The change was not applied.");

    public static RespReply NotServing(string name) =>
        RespReply.Error($"UNAVAILABLE {name} is in no cluster yet: its /admin/status says why. The command was not run.");

    public static RespReply Arity(string name) => RespReply.Error($"ERR wrong number of arguments for '{name}' command");

    public static RespReply InvalidExpiry(string name) => RespReply.Error($"ERR invalid expire time in '{name}' command");

    /// <summary>Of an operation that was not committed.</summary>
    public static RespReply Of(in OperationResult result, Change change, Consistency level) => Of(OperationAnswer.FailureOf(result, change, level)!);

    /// <summary>Whether it says that the member had no room: nothing at all was done for the command.</summary>
    public static bool IsOverloaded(in RespReply reply) => reply.Kind == RespReplyKind.Error && reply.Bytes.Span.StartsWith("OVERLOADED"u8);

    public static RespReply Of(RequestFailure failure) => RespReply.Error($"{PrefixOf(failure)} {failure.Detail}");

    private static string PrefixOf(RequestFailure failure)
    {
        if (failure.Outcome == OperationOutcome.Unknown)
        {
            return "UNKNOWN";
        }

        return failure.Kind == FailureKind.Overloaded ? "OVERLOADED"
            : failure.IsServersFault ? "UNAVAILABLE"
            : "ERR";
    }
}
