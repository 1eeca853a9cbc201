using System.Collections.Concurrent;
using System.Net;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Hosting;

/// <summary>
/// Finds members that are not where the topology has them, and tells them where this one is: asks the seeds and the known
/// addresses until each member has answered it once, and while there are members it has no link to. Members that come back on other ports meet again this way without an
/// epoch.
/// </summary>
internal sealed partial class Reunion(
    NodeOptions options,
    Member member,
    MemberTopology topology,
    MemberDoor door,
    Func<string, Acquaintance, CancellationToken, Task<(Acquaintance? Node, string Problem)>> ask,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>How often it is looked for members at first, and <see cref="SlowInterval"/> after <see cref="EagerRounds"/> times.</summary>
    public static readonly TimeSpan EagerInterval = TimeSpan.FromMilliseconds(500);

    public static readonly TimeSpan SlowInterval = TimeSpan.FromSeconds(5);

    public const int EagerRounds = 60;

    private readonly ConcurrentDictionary<string, bool> _strangers = [];
    private readonly ConcurrentDictionary<MemberId, bool> _met = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (int round = 0; ; round++)
        {
            await Task.Delay(round < EagerRounds ? EagerInterval : SlowInterval, time, cancellationToken);
            List<TopologyMember> missing = [.. member.Topologies.Current.Document.Members
                .Where(other => other.Id != member.Id && !(member.Links.IsConnected(other.Id) && _met.ContainsKey(other.Id)))];
            if (missing.Count == 0)
            {
                round = 0;
                continue;
            }

            IReadOnlyList<SeedPlace> places = await SeedDiscovery.FindAsync(
                options.Seeds, static (host, limit) => Dns.GetHostAddressesAsync(host, limit), cancellationToken);
            IEnumerable<string> addresses = places.Where(place => place.Problem.Length == 0).Select(place => place.Address)
                .Concat(missing.Select(other => other.GrpcAddress)).Where(address => address != door.Self.Self.GrpcAddress).Distinct();
            await Task.WhenAll(addresses.Select(address => MeetAsync(address, cancellationToken)));
        }
    }

    private async Task MeetAsync(string address, CancellationToken cancellationToken)
    {
        Acquaintance self = door.Self;
        (Acquaintance? node, _) = await ask(address, self, cancellationToken);
        if (node?.Cluster is not { } cluster || node.Process == self.Process)
        {
            return;
        }

        if (cluster == self.Cluster)
        {
            // Whoever refuses has not taken note of where this member is.
            if (node.Refusal.Length == 0)
            {
                _met[node.Self.Id] = true;
            }

            topology.Learn(node.Self);
        }
        else if (_strangers.TryAdd(address, true))
        {
            LogStranger(logger, address, node.Self.Name, node.ClusterName, cluster.ToString());
        }
    }

    [LoggerMessage(EventId = 11, Level = LogLevel.Warning, Message = "{Address} is {Member} of another cluster, {Cluster} ({ClusterId}): two clusters never merge")]
    private static partial void LogStranger(ILogger logger, string address, string member, string cluster, string clusterId);
}
