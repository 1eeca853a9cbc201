using System.Text;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>COMMAND and its subcommands: the table, told.</summary>
internal static class CommandListing
{
    public static IReadOnlyList<RespCommand> All { get; } =
    [
        new("command", -1, "loading stale", KeyPlaces.None, "server", "2.8.13", "Returns detailed information about all commands.") { AtOnce = Answer },
    ];

    private static RespReply Answer(RespCall call)
    {
        string subcommand = call.Count > 1 ? RespWord.Of(call.Arguments[1]) : "INFO";
        byte[][] names = call.Count > 2 ? call.Arguments[2..] : [];
        return subcommand switch
        {
            "INFO" => RespReply.Array(names.Length == 0 ? [.. RespCommandTable.All.Select(Described)] : [.. names.Select(Described)]),
            "COUNT" when names.Length == 0 => RespReply.Integer(RespCommandTable.All.Count),
            "DOCS" => RespReply.Map([.. (names.Length == 0 ? RespCommandTable.All : [.. names.Select(RespCommandTable.Find).OfType<RespCommand>()]).SelectMany(Documented)]),
            "LIST" when names.Length == 0 => RespReply.Array([.. RespCommandTable.All.Select(command => RespReply.Text(command.Name))]),
            "GETKEYS" when names.Length > 0 => KeysOf(names),
            _ => Subcommands.Unknown(call),
        };
    }

    private static RespReply Described(byte[] name) => RespCommandTable.Find(name) is { } command ? Described(command) : RespReply.NullArray;

    private static RespReply Described(RespCommand command) => RespReply.Array(
    [
        RespReply.Text(command.Name),
        RespReply.Integer(command.Arity),
        RespReply.Set([.. command.FlagNames.Select(RespReply.Simple)]),
        RespReply.Integer(command.Keys.First),
        RespReply.Integer(command.Keys.Last),
        RespReply.Integer(command.Keys.Step),
        RespReply.Set([]),
        RespReply.EmptyArray,
        RespReply.EmptyArray,
        RespReply.EmptyArray,
    ]);

    private static IEnumerable<RespReply> Documented(RespCommand command)
    {
        List<RespReply> facts = [RespReply.Text("summary"), RespReply.Text(command.Summary), RespReply.Text("group"), RespReply.Text(command.Group)];
        if (command.Since.Length > 0)
        {
            facts.AddRange([RespReply.Text("since"), RespReply.Text(command.Since)]);
        }

        return [RespReply.Text(command.Name), RespReply.Map(facts)];
    }

    private static RespReply KeysOf(byte[][] arguments)
    {
        if (RespCommandTable.Find(arguments[0]) is not { } command)
        {
            return RespReply.Error($"ERR Invalid command specified: {Encoding.UTF8.GetString(arguments[0])}");
        }

        RespReply[] keys = [.. command.Keys.Of(arguments).Select(key => RespReply.Bulk(key))];
        return !command.Takes(arguments.Length) ? RespReply.Error("ERR Invalid number of arguments specified for command")
            : keys.Length == 0 ? RespReply.Error("ERR The command has no key arguments")
            : RespReply.Array(keys);
    }
}
