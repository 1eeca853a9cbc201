using KvStore.Node.Registers;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>What a command comes to that is one change of one key: the change, and what is made of its result.</summary>
/// <param name="Change">Null where there is nothing to be run.</param>
/// <param name="Answer">Of a committed change. It runs on a lane: quick, and without exceptions.</param>
/// <param name="Refusal">What to answer where there is nothing to be run.</param>
internal readonly record struct SingleOperation(Change? Change, Func<ChangeResult, RespReply>? Answer, RespReply Refusal)
{
    /// <summary>The command's arguments ask for more than one change can do: it is run in steps.</summary>
    public static readonly SingleOperation InSteps;

    public bool IsInSteps => Change is null && Refusal.Kind == RespReplyKind.None;

    public static SingleOperation Of(Change change, Func<ChangeResult, RespReply> answer) => new(change, answer, default);

    public static SingleOperation Refused(RespReply refusal) => new(null, null, refusal);
}
