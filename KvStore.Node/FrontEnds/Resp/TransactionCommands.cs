namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// Transactions, of which there are none. MULTI is answered as ever, what comes behind it is refused, and EXEC says that nothing
/// was done: as in Redis when a command of a transaction is wrong, so every client understands it. Were MULTI unknown, the commands
/// that clients send behind it without waiting would be run one by one.
/// </summary>
internal static class TransactionCommands
{
    /// <summary>Of a command between MULTI and EXEC.</summary>
    public static readonly RespReply Refused = RespReply.Error(
        "ERR there are no transactions: the command was not run. Commands that change one key are atomic on their own (SET with NX, XX, IFEQ or IFNE, INCR, HSET).");

    private const string Flags = "noscript loading stale fast";
    private const string Group = "transactions";
    private const string Discarded = "EXECABORT There are no transactions: nothing of what came after MULTI was done.";

    public static IReadOnlyList<RespCommand> All { get; } =
    [
        new("multi", 1, Flags, KeyPlaces.None, Group, "1.2.0", "Accepted, so that nothing behind it is run: there are no transactions.") { AtOnce = Begin },
        new("exec", 1, Flags, KeyPlaces.None, Group, "1.2.0", "Says that nothing behind MULTI was done.") { AtOnce = static call => End(call, "EXEC", RespReply.Error(Discarded)) },
        new("discard", 1, Flags, KeyPlaces.None, Group, "2.0.0", "Ends what MULTI began.") { AtOnce = static call => End(call, "DISCARD", RespReply.Ok) },
        new("watch", -2, Flags, KeyPlaces.All, Group, "2.2.0", "Refused: there are no transactions.") { AtOnce = Watch },
        new("unwatch", 1, Flags, KeyPlaces.None, Group, "2.2.0", "Accepted: nothing is watched.") { AtOnce = static _ => RespReply.Ok },
    ];

    /// <summary>Whether it is run behind MULTI.</summary>
    public static bool Allows(string command) => command is "multi" or "exec" or "discard" or "watch" or "quit" or "reset";

    private static RespReply Begin(RespCall call)
    {
        RespClient client = call.Connection.Client;
        if (client.IsInTransaction)
        {
            return RespReply.Error("ERR MULTI calls can not be nested");
        }

        client.IsInTransaction = true;
        return RespReply.Ok;
    }

    private static RespReply End(RespCall call, string name, RespReply reply)
    {
        RespClient client = call.Connection.Client;
        if (!client.IsInTransaction)
        {
            return RespReply.Error($"ERR {name} without MULTI");
        }

        client.IsInTransaction = false;
        return reply;
    }

    private static RespReply Watch(RespCall call) => RespReply.Error(
        call.Connection.Client.IsInTransaction ? "ERR WATCH inside MULTI is not allowed" : "ERR WATCH is refused: there are no transactions. SET with IFEQ or IFNE changes a key that is as it was.");
}
