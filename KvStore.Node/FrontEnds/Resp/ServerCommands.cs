using System.Globalization;
using System.Text;
using KvStore.Node.Registers;
using KvStore.Node.Storage;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Commands about the member.</summary>
internal static class ServerCommands
{
    /// <summary>What a register takes on each replica beside its key and value, roughly.</summary>
    private const int RegisterOverhead = RegisterCodec.OverheadMax;

    public static IReadOnlyList<RespCommand> All { get; } =
    [
        new("info", -1, "loading stale", KeyPlaces.None, "server", "1.0.0", "Returns information and statistics about the server.") { AtOnce = static call => RespReply.Verbatim(ServerReport.Of(call.Server, [.. call.Arguments.Skip(1).Select(RespWord.Of)])) },
        new("config", -2, "admin noscript loading stale", KeyPlaces.None, "server", "2.0.0", "Tells the values of configuration parameters: CONFIG GET.") { AtOnce = Config },
        new("time", 1, "loading stale fast", KeyPlaces.None, "server", "2.6.0", "Returns the server time.") { AtOnce = Time },
        new("module", -2, "admin noscript", KeyPlaces.None, "server", "4.0.0", "Tells the loaded modules, of which there are none: MODULE LIST.") { AtOnce = static call => OfSubcommand(call, "LIST", 2, RespReply.EmptyArray) },
        new("slowlog", -2, "admin loading stale", KeyPlaces.None, "server", "2.2.12", "The slow log, which is empty: slow operations are in the traces.") { AtOnce = SlowLog },
        new("latency", -2, "admin noscript loading stale", KeyPlaces.None, "server", "2.8.13", "Latency events, of which there are none: latencies are in the metrics.") { AtOnce = Latency },
        new("debug", -2, "admin noscript loading stale", KeyPlaces.None, "server", "1.0.0", "Has the connection wait: DEBUG SLEEP, only where KvStore:Resp:AllowDebug is true.") { InSteps = SleepAsync, RunsAlone = true },
        new("memory", -2, "readonly", KeyPlaces.Second, "server", "4.0.0", "Tells the bytes of a key and its value on one replica: MEMORY USAGE.") { Single = Memory },
        new("function", -2, "noscript", KeyPlaces.None, "scripting", "7.0.0", "Deletes all libraries, of which there are none: FUNCTION FLUSH.") { AtOnce = static call => OfSubcommand(call, "FLUSH", 3, RespReply.Ok) },
    ];

    private static RespReply OfSubcommand(RespCall call, string subcommand, int most, RespReply reply) =>
        RespWord.Is(call.Arguments[1], subcommand) && call.Count <= most ? reply : Subcommands.Unknown(call);

    private static RespReply Time(RespCall call)
    {
        long microseconds = call.Server.Time.GetUtcNow().Subtract(DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return RespReply.Array([RespReply.Text(microseconds / 1_000_000), RespReply.Text(microseconds % 1_000_000)]);
    }

    /// <summary>Nobody else waits, as all of a Redis does.</summary>
    private static async ValueTask<RespReply> SleepAsync(RespCall call)
    {
        if (!call.Server.Resp.AllowDebug)
        {
            return RespReply.Error("ERR DEBUG is not allowed here: set KvStore:Resp:AllowDebug to true where it is to be.");
        }

        if (!RespWord.Is(call.Arguments[1], "SLEEP") || call.Count != 3)
        {
            return Subcommands.Unknown(call);
        }

        TimeSpan most = call.Server.Rules.TimeoutOf(null);
        if (!RespNumber.TryParseFloat(call.Arguments[2], out double seconds) || seconds < 0 || seconds > most.TotalSeconds)
        {
            return RespReply.Error(string.Create(CultureInfo.InvariantCulture, $"ERR the time must be 0 to {most.TotalSeconds} seconds (KvStore:RequestTimeout)"));
        }

        await Task.Delay(TimeSpan.FromSeconds(seconds), call.Server.Time);
        return RespReply.Ok;
    }

    private static RespReply SlowLog(RespCall call) => RespWord.Of(call.Arguments[1]) switch
    {
        "GET" => RespReply.EmptyArray,
        "LEN" => RespReply.Integer(0),
        "RESET" => RespReply.Ok,
        _ => Subcommands.Unknown(call),
    };

    private static RespReply Latency(RespCall call) => RespWord.Of(call.Arguments[1]) switch
    {
        "LATEST" or "HISTORY" => RespReply.EmptyArray,
        "RESET" => RespReply.Integer(0),
        _ => Subcommands.Unknown(call),
    };

    private static SingleOperation Memory(RespCall call)
    {
        if (!RespWord.Is(call.Arguments[1], "USAGE") || call.Count < 3)
        {
            return SingleOperation.Refused(Subcommands.Unknown(call));
        }

        return SingleOperation.Of(Change.Identity, result =>
            result.Existed ? RespReply.Integer(call.Key.Length + result.State!.Value.Length + RegisterOverhead) : RespReply.Null);
    }

    private static RespReply Config(RespCall call)
    {
        if (!RespWord.Is(call.Arguments[1], "GET") || call.Count < 3)
        {
            return RespWord.Is(call.Arguments[1], "SET") ? RespReply.Error("ERR CONFIG SET is refused: options are read when a node starts (section KvStore)") : Subcommands.Unknown(call);
        }

        List<RespReply> found = [];
        foreach ((string name, string value) in Parameters(call.Server))
        {
            if (call.Arguments.Skip(2).Any(pattern => GlobPattern.IsMatch(pattern, Encoding.UTF8.GetBytes(name), ignoresCase: true)))
            {
                found.AddRange([RespReply.Text(name), RespReply.Text(value)]);
            }
        }

        return RespReply.Map(found);
    }

    /// <summary>What clients ask for, as it is here.</summary>
    private static (string Name, string Value)[] Parameters(RespServer server) =>
    [
        ("appendonly", "yes"),
        ("appendfsync", server.Options.Durability switch
        {
            Durability.Commit => "always",
            Durability.Interval => "everysec",
            Durability.None => "no",
            _ => throw new InvariantViolation($"No durability {server.Options.Durability}"),
        }),
        ("cluster-enabled", server.Resp.Cluster ? "yes" : "no"),
        ("databases", "1"),
        ("maxclients", RespLimits.ConnectionsMax.ToString(CultureInfo.InvariantCulture)),
        ("maxmemory", "0"),
        ("maxmemory-policy", "noeviction"),
        ("notify-keyspace-events", ""),
        ("proto-max-bulk-len", server.Limits.BulkBytesMax.ToString(CultureInfo.InvariantCulture)),
        ("replica-read-only", "no"),
        ("save", ""),
        ("slave-read-only", "no"),
        ("timeout", "0"),
    ];
}
