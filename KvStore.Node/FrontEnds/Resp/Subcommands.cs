namespace KvStore.Node.FrontEnds.Resp;

/// <summary>What all commands with subcommands say of one that they do not have.</summary>
internal static class Subcommands
{
    public static RespReply Unknown(RespCall call) =>
        RespReply.Error($"ERR unknown subcommand or wrong number of arguments for '{RespClient.TextOf(call.Arguments[1])}'. Try {call.Command.Name.ToUpperInvariant()} in the documentation.");
}
