namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// Subscriptions, which clients make when they connect: they are answered, and kept so that the counts are right. Nothing is
/// ever published: PUBLISH is an unknown command, so nobody waits for a message that somebody believes to have sent.
/// </summary>
internal static class SubscriberCommands
{
    private const string Flags = "pubsub noscript loading stale";

    public static IReadOnlyList<RespCommand> All { get; } =
    [
        new("subscribe", -2, Flags, KeyPlaces.None, "pubsub", "2.0.0", "Listens for messages published to channels: none ever are.") { AtOnce = static call => Add(call, call.Connection.Client.Channels, "subscribe") },
        new("psubscribe", -2, Flags, KeyPlaces.None, "pubsub", "2.0.0", "Listens for messages published to channels that match patterns: none ever are.") { AtOnce = static call => Add(call, call.Connection.Client.Patterns, "psubscribe") },
        new("unsubscribe", -1, Flags, KeyPlaces.None, "pubsub", "2.0.0", "Stops listening to messages posted to channels.") { AtOnce = static call => Remove(call, call.Connection.Client.Channels, "unsubscribe") },
        new("punsubscribe", -1, Flags, KeyPlaces.None, "pubsub", "2.0.0", "Stops listening to messages published to channels that match patterns.") { AtOnce = static call => Remove(call, call.Connection.Client.Patterns, "punsubscribe") },
    ];

    /// <summary>Whether RESP2 allows it on a connection that has subscribed.</summary>
    public static bool Allows(string command) =>
        command is "subscribe" or "psubscribe" or "unsubscribe" or "punsubscribe" or "ping" or "quit" or "reset";

    public static RespReply Refused(string command) => RespReply.Error(
        $"ERR Can't execute '{command}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context");

    private static RespReply Add(RespCall call, List<byte[]> names, string kind)
    {
        RespClient client = call.Connection.Client;
        if (client.Channels.Count + client.Patterns.Count + call.Count - 1 > RespClient.ChannelsMax)
        {
            return RespReply.Error($"ERR a connection has at most {RespClient.ChannelsMax} subscriptions");
        }

        List<RespReply> replies = [];
        foreach (byte[] name in call.Arguments.Skip(1))
        {
            if (PlaceOf(names, name) < 0)
            {
                names.Add(name);
            }

            replies.Add(Told(client, kind, RespReply.Bulk(name)));
        }

        return RespReply.Several(replies);
    }

    private static RespReply Remove(RespCall call, List<byte[]> names, string kind)
    {
        RespClient client = call.Connection.Client;
        byte[][] removed = call.Count > 1 ? call.Arguments[1..] : [.. names];
        if (removed.Length == 0)
        {
            return Told(client, kind, RespReply.Null);
        }

        List<RespReply> replies = [];
        foreach (byte[] name in removed)
        {
            if (PlaceOf(names, name) is >= 0 and int place)
            {
                names.RemoveAt(place);
            }

            replies.Add(Told(client, kind, RespReply.Bulk(name)));
        }

        return RespReply.Several(replies);
    }

    private static RespReply Told(RespClient client, string kind, RespReply name) =>
        RespReply.Push([RespReply.Text(kind), name, RespReply.Integer(client.Channels.Count + client.Patterns.Count)]);

    private static int PlaceOf(List<byte[]> names, byte[] name) => names.FindIndex(each => each.AsSpan().SequenceEqual(name));
}
