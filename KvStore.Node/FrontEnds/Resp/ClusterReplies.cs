using System.Globalization;
using System.Text;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// What clients in cluster mode are told of all slots, in each of Redis's ways. Neighbouring slots have different first owners, so
/// there are nearly as many ranges as slots. Longer ones would be had by naming other owners, to whom a write takes a hop more:
/// a client asks for this when it starts, and writes all the time.
/// </summary>
internal static class ClusterReplies
{
    /// <summary>As the file of a node of Redis; the port behind the @ is the one at which members speak with each other.</summary>
    public static RespReply Nodes(MemberId self, TopologySnapshot topology, IReadOnlyList<ClusterServer> servers)
    {
        StringBuilder lines = new();
        foreach (ClusterServer server in servers)
        {
            string flags = (server.Member.Id == self ? "myself,master" : "master") + (server.IsServing ? "" : $",{server.Doubt}");
            string link = server.IsConnected ? "connected" : "disconnected";
            lines.Append(CultureInfo.InvariantCulture, $"{server.Id} {server.Host}:{server.Address.Port}@{new Uri(server.Member.GrpcAddress).Port} {flags} - 0 0 {topology.Epoch.Number} {link}");
            foreach ((int first, int last) in server.Slots)
            {
                lines.Append(CultureInfo.InvariantCulture, $" {first}").Append(last > first ? string.Create(CultureInfo.InvariantCulture, $"-{last}") : "");
            }

            lines.Append('\n');
        }

        return RespReply.Verbatim(lines.ToString());
    }

    /// <summary>Each range with the one who has it, in rising order.</summary>
    public static RespReply Slots(IReadOnlyList<ClusterServer> servers)
    {
        List<(int First, RespReply Reply)> ranges = [];
        foreach (ClusterServer server in servers)
        {
            RespReply node = RespReply.Array([RespReply.Text(server.Host), RespReply.Integer(server.Address.Port), RespReply.Text(server.Id), RespReply.Map([])]);
            ranges.AddRange(server.Slots.Select(range => (range.First, RespReply.Array([RespReply.Integer(range.First), RespReply.Integer(range.Last), node]))));
        }

        return RespReply.Array([.. ranges.OrderBy(range => range.First).Select(range => range.Reply)]);
    }

    /// <param name="port">What the port is called: "port" or "tls-port".</param>
    public static RespReply Shards(string port, IReadOnlyList<ClusterServer> servers) =>
        RespReply.Array([.. servers.Select(server => RespReply.Map(
        [
            RespReply.Text("slots"), RespReply.Array([.. server.Slots.SelectMany(range => new[] { RespReply.Integer(range.First), RespReply.Integer(range.Last) })]),
            RespReply.Text("nodes"), RespReply.Array([RespReply.Map(
            [
                RespReply.Text("id"), RespReply.Text(server.Id),
                RespReply.Text(port), RespReply.Integer(server.Address.Port),
                RespReply.Text("ip"), RespReply.Text(server.Host),
                RespReply.Text("endpoint"), RespReply.Text(server.Host),
                RespReply.Text("role"), RespReply.Text("master"),
                RespReply.Text("replication-offset"), RespReply.Integer(0),
                RespReply.Text("health"), RespReply.Text(server.IsServing ? "online" : "fail"),
            ])]),
        ]))]);
}
