using System.Globalization;
using System.Text;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>What INFO says. Everything in it is so: what Redis has and this has not is left out.</summary>
internal static class ServerReport
{
    /// <summary>The version whose commands these are, as far as they are there; clients decide by it what they may send.</summary>
    public const string RedisVersion = "7.4.0";

    private static readonly string[] Default = ["server", "clients", "memory", "persistence", "stats", "replication", "cpu", "cluster"];

    /// <param name="sections">In any case; none for the usual ones. One that there is not is empty.</param>
    public static string Of(RespServer server, IReadOnlyList<string> sections)
    {
        bool isUsual = sections.Count == 0 || sections.Any(section => section is "DEFAULT" or "ALL" or "EVERYTHING");
        StringBuilder report = new();
        foreach (string section in Default.Where(section => isUsual || sections.Contains(section.ToUpperInvariant())))
        {
            if (report.Length > 0)
            {
                report.Append("\r\n");
            }

            report.Append(CultureInfo.InvariantCulture, $"# {char.ToUpperInvariant(section[0])}{section[1..]}\r\n");
            foreach ((string name, string value) in LinesOf(server, section))
            {
                report.Append(CultureInfo.InvariantCulture, $"{name}:{value}\r\n");
            }
        }

        return report.ToString();
    }

    private static (string Name, string Value)[] LinesOf(RespServer server, string section)
    {
        MemberReport? member = server.Member?.Report();
        return section switch
        {
            "server" => OfServer(server),
            "clients" => [("connected_clients", Text(server.Clients.Count)), ("maxclients", Text(RespLimits.ConnectionsMax))],
            "memory" => [("used_memory_rss", Text(Environment.WorkingSet)), ("maxmemory", "0"), ("maxmemory_policy", "noeviction")],
            "persistence" => [("loading", member is null ? "1" : "0"), ("aof_enabled", "1"), ("aof_last_write_status", "ok")],
            "stats" =>
            [
                ("total_connections_received", Text(server.Clients.Ever)),
                ("rejected_connections", Text(server.Clients.Refused)),
                ("total_commands_processed", Text(server.Commands)),
                ("kvstore_reads", Text(member?.Operations.Reads ?? 0)),
                ("kvstore_writes", Text(member?.Operations.Writes ?? 0)),
                ("kvstore_failures", Text(member?.Operations.Failures ?? 0)),
            ],
            "replication" => [("role", "master"), ("connected_slaves", "0")],
            "cpu" => [("used_cpu_sys", Text(Environment.CpuUsage.PrivilegedTime)), ("used_cpu_user", Text(Environment.CpuUsage.UserTime))],
            "cluster" => [("cluster_enabled", server.Resp.Cluster ? "1" : "0")],
            _ => throw new InvariantViolation($"No section {section}"),
        };
    }

    private static (string Name, string Value)[] OfServer(RespServer server)
    {
        TimeSpan uptime = server.Time.GetUtcNow() - server.Started;
        return
        [
            ("redis_version", RedisVersion),
            ("redis_mode", server.Mode),
            ("kvstore_node", server.Options.Name),
            ("kvstore_version", typeof(ServerReport).Assembly.GetName().Version?.ToString(3) ?? ""),
            ("os", Environment.OSVersion.ToString()),
            ("arch_bits", "64"),
            ("process_id", Text(Environment.ProcessId)),
            ("uptime_in_seconds", Text((long)uptime.TotalSeconds)),
            ("uptime_in_days", Text((long)uptime.TotalDays)),
        ];
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(TimeSpan time) => time.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture);
}
