using System.Diagnostics;
using System.Text;
using KvStore.Node.Coordination;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Commands about the connection itself. They hold for what is read after them, and not for what is still under way.</summary>
internal static class ConnectionCommands
{
    private const string Group = "connection";
    private const string Flags = "noscript loading stale fast";

    public static IReadOnlyList<RespCommand> All { get; } =
    [
        new("ping", -1, "fast", KeyPlaces.None, Group, "1.0.0", "Returns the server's liveliness response.") { AtOnce = Ping },
        new("echo", 2, "loading stale fast", KeyPlaces.None, Group, "1.0.0", "Returns the given string.") { AtOnce = static call => RespReply.Bulk(call.Arguments[1]) },
        new("quit", -1, Flags + " no_auth", KeyPlaces.None, Group, "1.0.0", "Closes the connection.") { AtOnce = Quit },
        new("reset", 1, Flags + " no_auth", KeyPlaces.None, Group, "6.2.0", "Resets the connection.") { AtOnce = Reset },
        new("select", 2, "loading stale fast", KeyPlaces.None, Group, "1.0.0", "Changes the selected database: there is only 0.") { AtOnce = Select },
        new("hello", -1, Flags + " no_auth", KeyPlaces.None, Group, "6.0.0", "Handshakes with the server.") { AtOnce = Hello },
        new("auth", -2, Flags + " no_auth", KeyPlaces.None, Group, "1.0.0", "Authenticates the connection.") { AtOnce = Authenticate },
        new("readonly", 1, "loading stale fast", KeyPlaces.None, "cluster", "3.0.0", "Accepted: every node reads and writes every key.") { AtOnce = static _ => RespReply.Ok },
        new("readwrite", 1, "loading stale fast", KeyPlaces.None, "cluster", "3.0.0", "Accepted: every node reads and writes every key.") { AtOnce = static _ => RespReply.Ok },
        new("kv.consistency", -1, Flags, KeyPlaces.None, "kvstore", "", "Tells or sets the consistency level of the connection: one, quorum, all or a number of replicas.") { AtOnce = Level },
        new("kv.traceparent", 2, Flags, KeyPlaces.None, "kvstore", "", "Has the connection's next command traced under a W3C traceparent.") { AtOnce = TraceParent },
    ];

    private static RespReply Ping(RespCall call)
    {
        RespReply given = call.Count > 1 ? RespReply.Bulk(call.Arguments[1]) : RespReply.Text("");
        return call.Count > 2 ? RespError.Arity("ping")
            : call.Connection.Client.IsSubscriber ? RespReply.Array([RespReply.Text("pong"), given])
            : call.Count > 1 ? given
            : RespReply.Simple("PONG");
    }

    private static RespReply Quit(RespCall call)
    {
        call.Connection.End();
        return RespReply.Ok;
    }

    private static RespReply Reset(RespCall call)
    {
        call.Connection.Client.Reset();
        call.Protocol = RespWriter.OldProtocol;
        return RespReply.Simple("RESET");
    }

    private static RespReply Select(RespCall call) =>
        !RespNumber.TryParse(call.Arguments[1], out long index) ? RespReply.Error("ERR invalid DB index")
        : index == 0 ? RespReply.Ok
        : RespReply.Error("ERR DB index is out of range");

    private static RespReply Hello(RespCall call)
    {
        RespClient client = call.Connection.Client;
        long protocol = client.Protocol;
        if (call.Count > 1 && (!RespNumber.TryParse(call.Arguments[1], out protocol) || protocol is not (RespWriter.OldProtocol or RespWriter.NewProtocol)))
        {
            return RespReply.Error(RespNumber.TryParse(call.Arguments[1], out _) ? "NOPROTO unsupported protocol version" : "ERR Protocol version is not an integer or out of range");
        }

        bool isAuthenticated = client.IsAuthenticated;
        byte[]? name = null;
        for (int at = 2; at < call.Count;)
        {
            if (RespWord.Is(call.Arguments[at], "AUTH") && at + 2 < call.Count)
            {
                isAuthenticated = Knows(call, call.Arguments[at + 1], call.Arguments[at + 2]);
                if (!isAuthenticated)
                {
                    return WrongPassword;
                }

                at += 3;
            }
            else if (RespWord.Is(call.Arguments[at], "SETNAME") && at + 1 < call.Count)
            {
                name = call.Arguments[at + 1];
                at += 2;
            }
            else
            {
                return RespReply.Error($"ERR Syntax error in HELLO option '{RespClient.TextOf(call.Arguments[at])}'");
            }
        }

        if (!isAuthenticated)
        {
            return RespReply.Error("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time");
        }

        if (name is not null && !RespClient.IsWord(name))
        {
            return ClientCommands.BadName;
        }

        client.IsAuthenticated = true;
        client.Name = name is null ? client.Name : RespClient.TextOf(name);
        client.Protocol = (int)protocol;
        call.Protocol = client.Protocol;
        return Greeting(call);
    }

    private static RespReply Greeting(RespCall call) => RespReply.Map(
    [
        RespReply.Text("server"), RespReply.Text("redis"),
        RespReply.Text("version"), RespReply.Text(ServerReport.RedisVersion),
        RespReply.Text("proto"), RespReply.Integer(call.Protocol),
        RespReply.Text("id"), RespReply.Integer(call.Connection.Client.Id),
        RespReply.Text("mode"), RespReply.Text(call.Server.Mode),
        RespReply.Text("role"), RespReply.Text("master"),
        RespReply.Text("modules"), RespReply.EmptyArray,
    ]);

    private static RespReply WrongPassword => RespReply.Error("WRONGPASS invalid username-password pair or user is disabled.");

    private static RespReply Authenticate(RespCall call)
    {
        if (call.Count > 3)
        {
            return RespError.Syntax;
        }

        if (call.Server.Resp.Password.Length == 0 && call.Count == 2)
        {
            return RespReply.Error("ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?");
        }

        bool isKnown = Knows(call, call.Count == 3 ? call.Arguments[1] : "default"u8.ToArray(), call.Arguments[^1]);
        call.Connection.Client.IsAuthenticated |= isKnown;
        return isKnown ? RespReply.Ok : WrongPassword;
    }

    /// <summary>There is one user, and without a password configured any will do.</summary>
    private static bool Knows(RespCall call, byte[] user, byte[] password) =>
        user.AsSpan().SequenceEqual("default"u8) && (call.Server.Resp.Password.Length == 0 || call.Server.IsPassword(password));

    private static RespReply Level(RespCall call)
    {
        RespClient client = call.Connection.Client;
        if (call.Count == 1)
        {
            return RespReply.Text(client.Level.ToString());
        }

        string text = RespClient.TextOf(call.Arguments[1]).ToLowerInvariant();
        if (call.Count > 2 || !Consistency.TryParse(text, out Consistency level))
        {
            return RespReply.Error("ERR the level must be one, quorum, all or a number of replicas");
        }

        client.Level = level;
        return RespReply.Ok;
    }

    private static RespReply TraceParent(RespCall call)
    {
        if (!ActivityContext.TryParse(Encoding.UTF8.GetString(call.Arguments[1]), null, isRemote: true, out ActivityContext parent))
        {
            return RespReply.Error("ERR the value must be a W3C traceparent, such as 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        }

        call.Connection.Client.NextParent = parent;
        return RespReply.Ok;
    }
}
