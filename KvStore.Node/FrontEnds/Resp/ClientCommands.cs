using System.Globalization;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>CLIENT and its subcommands.</summary>
internal static class ClientCommands
{
    public static readonly RespReply BadName = RespReply.Error("ERR Client names cannot contain spaces, newlines or special characters.");

    public static IReadOnlyList<RespCommand> All { get; } =
    [
        new("client", -2, "admin noscript loading stale", KeyPlaces.None, "connection", "2.4.0", "A container for client connection commands.") { AtOnce = Client },
    ];

    private static RespReply Client(RespCall call)
    {
        RespClient client = call.Connection.Client;
        return (RespWord.Of(call.Arguments[1]), call.Count) switch
        {
            ("ID", 2) => RespReply.Integer(client.Id),
            ("GETNAME", 2) => client.Name.Length == 0 ? RespReply.Null : RespReply.Text(client.Name),
            ("SETNAME", 3) => SetName(client, call.Arguments[2]),
            ("SETINFO", 4) => SetLibrary(client, RespWord.Of(call.Arguments[2]), call.Arguments[3]),
            ("INFO", 2) => RespReply.Verbatim(client.Describe() + "\n"),
            ("LIST", _) => List(call),
            ("KILL", >= 3) => Kill(call),
            ("REPLY", 3) => Reply(call, client, RespWord.Of(call.Arguments[2])),
            ("NO-EVICT" or "NO-TOUCH", 3) => RespWord.Of(call.Arguments[2]) is "ON" or "OFF" ? RespReply.Ok : RespError.Syntax,
            _ => Subcommands.Unknown(call),
        };
    }

    private static RespReply SetName(RespClient client, byte[] name)
    {
        if (!RespClient.IsWord(name))
        {
            return BadName;
        }

        client.Name = RespClient.TextOf(name);
        return RespReply.Ok;
    }

    private static RespReply SetLibrary(RespClient client, string which, byte[] value)
    {
        if (which is not ("LIB-NAME" or "LIB-VER"))
        {
            return RespReply.Error($"ERR Unrecognized option '{which.ToLowerInvariant()}'");
        }

        if (!RespClient.IsWord(value))
        {
            return RespReply.Error($"ERR {which.ToLowerInvariant()} cannot contain spaces, newlines or special characters.");
        }

        client.Library = which == "LIB-NAME" ? RespClient.TextOf(value) : client.Library;
        client.LibraryVersion = which == "LIB-VER" ? RespClient.TextOf(value) : client.LibraryVersion;
        return RespReply.Ok;
    }

    /// <summary>OFF and SKIP have no answer themselves.</summary>
    private static RespReply Reply(RespCall call, RespClient client, string mode)
    {
        if (mode is not ("ON" or "OFF" or "SKIP"))
        {
            return RespError.Syntax;
        }

        client.IsSilent = mode == "OFF";
        client.SkipsNext = mode == "SKIP";
        call.IsSilent &= mode != "ON";
        return mode == "ON" ? RespReply.Ok : RespReply.Nothing;
    }

    private static RespReply List(RespCall call)
    {
        IEnumerable<RespConnection> listed = call.Server.Clients.All;
        string filter = call.Count > 2 ? RespWord.Of(call.Arguments[2]) : "";
        if (filter == "ID" && call.Count > 3)
        {
            HashSet<string> ids = [.. call.Arguments.Skip(3).Select(RespClient.TextOf)];
            listed = listed.Where(connection => ids.Contains(connection.Client.Id.ToString(CultureInfo.InvariantCulture)));
        }
        else if (filter == "TYPE" && call.Count == 4)
        {
            string type = RespWord.Of(call.Arguments[3]);
            listed = listed.Where(connection => type == (connection.Client.IsSubscriber ? "PUBSUB" : "NORMAL"));
        }
        else if (filter.Length > 0)
        {
            return RespError.Syntax;
        }

        return RespReply.Verbatim(string.Concat(listed.Select(connection => connection.Client.Describe() + "\n")));
    }

    private static RespReply Kill(RespCall call)
    {
        if (call.Count == 3)
        {
            string address = RespClient.TextOf(call.Arguments[2]);
            return KillAll(call, call.Server.Clients.All.Where(connection => connection.Client.IsAt(address))) > 0
                ? RespReply.Ok
                : RespReply.Error("ERR No such client");
        }

        if (call.Count % 2 != 0)
        {
            return RespError.Syntax;
        }

        IEnumerable<RespConnection> killed = call.Server.Clients.All;
        bool sparesSelf = true;
        for (int at = 2; at < call.Count; at += 2)
        {
            string value = RespClient.TextOf(call.Arguments[at + 1]);
            switch (RespWord.Of(call.Arguments[at]))
            {
                case "ID":
                    killed = killed.Where(connection => connection.Client.Id.ToString(CultureInfo.InvariantCulture) == value);
                    break;
                case "ADDR":
                    killed = killed.Where(connection => connection.Client.IsAt(value));
                    break;
                case "LADDR":
                    killed = killed.Where(connection => connection.Client.IsAtLocal(value));
                    break;
                case "SKIPME" when value.ToUpperInvariant() is "YES" or "NO":
                    sparesSelf = value.Equals("YES", StringComparison.OrdinalIgnoreCase);
                    break;
                default:
                    return RespError.Syntax;
            }
        }

        return RespReply.Integer(KillAll(call, killed.Where(connection => !sparesSelf || connection != call.Connection)));
    }

    /// <summary>Whoever kills itself gets its answer first.</summary>
    private static int KillAll(RespCall call, IEnumerable<RespConnection> killed)
    {
        int count = 0;
        foreach (RespConnection connection in killed.ToArray())
        {
            count++;
            if (connection == call.Connection)
            {
                connection.End();
            }
            else
            {
                connection.Abort();
            }
        }

        return count;
    }
}
