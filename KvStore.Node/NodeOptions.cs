using System.Net;
using KvStore.Node.Configuration;
using KvStore.Node.Coordination;
using KvStore.Node.Membership;
using KvStore.Node.Storage;

namespace KvStore.Node;

/// <summary>
/// Every knob of a member: section <c>KvStore</c> of the configuration, so <c>KvStore__Replication=3</c> in the environment
/// and <c>--KvStore:Replication 3</c> on the command line. Read and validated once, at start, by
/// <see cref="NodeOptionsReader"/>; immutable afterwards.
/// </summary>
/// <remarks>
/// Times are written with their unit (<c>500ms</c>, <c>10s</c>, <c>2m</c>), amounts of memory as bytes or with their unit
/// (<c>1048576</c>, <c>64KiB</c>, <c>256MiB</c>, <c>1GiB</c>).
/// </remarks>
internal sealed record NodeOptions
{
    /// <summary>Where members are told apart by people and by each other's configuration.</summary>
    /// <remarks>1 to 64 letters, digits, '.', '-' or '_', beginning with a letter or digit. Default <c>node1</c>. One living
    /// member of a cluster has it; a node with the name of a dead one takes its place. A directory is refused to another name.</remarks>
    public string Name { get; init; } = "node1";

    /// <summary>The cluster's name. Members of differently named clusters refuse each other.</summary>
    /// <remarks>As <see cref="Name"/>. Default <c>kvstore</c>. It is also <c>db.namespace</c> in traces.</remarks>
    public string Cluster { get; init; } = "kvstore";

    /// <summary>Where everything durable of this member lives; made if it is missing; used by one process at a time.</summary>
    /// <remarks>A path; a relative one is taken from the working directory. Default <c>data/{Name}</c>. Losing it is losing
    /// this member's votes, so not a temporary directory, and not one shared by two members.</remarks>
    public string DataDirectory { get; init; } = Path.GetFullPath("data/node1");

    /// <summary>The address both ports listen on.</summary>
    /// <remarks>An IP address or <c>localhost</c>. Default <c>127.0.0.1</c>. There is no authentication yet, so any address
    /// that is not loopback is refused unless <see cref="AllowUnauthenticated"/> says that this is known.</remarks>
    public IPAddress BindAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Knowingly lets everyone who can reach <see cref="BindAddress"/> read and write everything.</summary>
    /// <remarks><c>true</c> or <c>false</c>. Default <c>false</c>.</remarks>
    public bool AllowUnauthenticated { get; init; }

    /// <summary>Lets whoever reaches the ports slow, cut off or kill this member, to show what the others make of it.</summary>
    /// <remarks><c>true</c> or <c>false</c>. Default <c>false</c>. For demonstrations; never where the data matters.</remarks>
    public bool AllowFaults { get; init; }

    /// <summary>Port of REST and health, HTTP/1.1.</summary>
    /// <remarks>0 to 65535; 0 takes a free one. Default 8001. ASPNETCORE_URLS and its kin have no say.</remarks>
    public int HttpPort { get; init; } = 8001;

    /// <summary>Port of gRPC for clients and peers, HTTP/2 without TLS.</summary>
    /// <remarks>0 to 65535; 0 takes a free one. Default 9001.</remarks>
    public int GrpcPort { get; init; } = 9001;

    /// <summary>The Redis protocol, where it is spoken.</summary>
    /// <remarks>A section, <c>KvStore:Resp</c>, with the keys <c>Port</c>, <c>Address</c>, <c>Cluster</c>, <c>AllowFlush</c>,
    /// <c>AllowDebug</c>, <c>SlowReaderTimeout</c>, <c>PasswordFile</c>, <c>CertificateFile</c> and <c>KeyFile</c>.</remarks>
    public RespOptions Resp { get; init; } = new();

    /// <summary>Where REST and health are reached by others.</summary>
    /// <remarks><c>http://host:port</c>. Default: <see cref="BindAddress"/> and the port listened on; the machine's name where
    /// that is every address. Needed where others reach this node by another name or through a mapped port.</remarks>
    public string HttpAddress { get; init; } = "";

    /// <summary>Where gRPC is reached by clients and by the other members.</summary>
    /// <remarks>As <see cref="HttpAddress"/>. A node is let in only if the member it asks can reach it there.</remarks>
    public string GrpcAddress { get; init; } = "";

    /// <summary>Where other nodes of the cluster may be found: gRPC ports, of which one that answers is enough to join.</summary>
    /// <remarks>A list (<c>KvStore:Seeds:0</c>, ...) or one text with commas: <c>host:port</c>; <c>dns:host:port</c>, all
    /// addresses that the name has; <c>scan:host:9001-9010</c>, whatever listens on these ports. Default: none, which is a
    /// cluster that this node forms alone. The same on every node, in the same order, this node's own address included: where
    /// no cluster is there yet, the first forms it, when all others have answered. They are asked while this node is in no
    /// cluster, and when it cannot find a member. More seeds find a cluster of which more nodes are down, and make the first
    /// start wait for more.</remarks>
    public IReadOnlyList<SeedOptions> Seeds { get; init; } = [];

    /// <summary>How many members own each key, where there are so many. Counts where this node forms a cluster.</summary>
    /// <remarks>1 to <see cref="NodeOptionsReader.ReplicationMax"/>. Default 3. N replicas survive (N-1)/2 failures at quorum
    /// and cost N times the disk and about N times the work of a write. Even numbers cost more than the odd one below and
    /// survive no more. A node that joins a cluster with another replication is refused, unless it has none configured.</remarks>
    public int Replication { get; init; } = 3;

    /// <summary>Whether <see cref="Replication"/> is configured, and not what is taken where it is not.</summary>
    public bool HasReplication { get; init; }

    /// <summary>The level of requests that name none.</summary>
    /// <remarks><c>one</c>, <c>quorum</c>, <c>all</c> or a number up to <see cref="Replication"/>. Default <c>quorum</c>,
    /// the least at which a key is linearizable. A lower level answers sooner and may lose what it acknowledged to a
    /// concurrent write; <c>all</c> is unavailable as soon as one replica is.</remarks>
    public Consistency DefaultConsistency { get; init; } = Consistency.Quorum;

    /// <summary>Positions each member takes on the ring. Counts where this node forms a cluster.</summary>
    /// <remarks>1 to 1024. Default 64. More spread a lost member's load over more others and make the slot table
    /// (members × VirtualNodes tokens, sorted) slower to compute.</remarks>
    public int VirtualNodes { get; init; } = 64;

    /// <summary>How far above its fair share of slots a member may be loaded. Counts where this node forms a cluster.</summary>
    /// <remarks>A fraction, 0.01 to 1. Default 0.05: at most ceil(1.05 × slots × Replication / members). Smaller is more
    /// even and moves more slots when a member comes or goes.</remarks>
    public double LoadBound { get; init; } = 0.05;

    /// <summary>The failure domain of this member, such as a rack or data centre; a slot's replicas avoid sharing one.</summary>
    /// <remarks>Up to 64 letters, digits, '.', '-' or '_'. Default empty: zones are not used. It counts when the node joins.</remarks>
    public string Zone { get; init; } = "";

    /// <summary>The longest a request may take, and what it may take when it names no time.</summary>
    /// <remarks>A time, 10ms to 5m. Default 10s. It has to cover a member's failure being noticed and a few retries; longer
    /// keeps requests of an unreachable quorum, and their memory, for longer.</remarks>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What an acknowledgement means for the disk.</summary>
    /// <remarks><c>commit</c>: it is on this member's disk. <c>interval</c>: it will be within <see cref="DurabilityInterval"/>.
    /// <c>none</c>: whenever the system writes it. Default <c>commit</c>. Anything less can lose acknowledged writes when a
    /// majority of a key's replicas loses power together, and is for caches.</remarks>
    public Durability Durability { get; init; } = Durability.Commit;

    /// <summary>How often the log is synced at durability <c>interval</c>.</summary>
    /// <remarks>A time, 1ms to 1m. Default 1s. It is what a power loss may take back.</remarks>
    public TimeSpan DurabilityInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Memory for the data log and its index; colder data is read from disk.</summary>
    /// <remarks>Bytes, 16MiB to 1TiB, and at least 11 × <see cref="ValueBytesMax"/>: the log has at least two pages, each a
    /// power of two that holds two of the largest values, and takes three quarters of the memory. Default 256MiB, or that
    /// least where it is more. The process takes this and what its requests need.</remarks>
    public long MemoryBytesMax { get; init; } = 256L << 20;

    /// <summary>The longest key that is taken.</summary>
    /// <remarks>Bytes, 1 to 4096. Default 4096.</remarks>
    public int KeyBytesMax { get; init; } = 4096;

    /// <summary>The largest value that is taken.</summary>
    /// <remarks>Bytes, 1 to 16MiB. Default 1MiB. A value is in memory whole on every replica while it is written, up to
    /// <see cref="OperationsMax"/> of them at once.</remarks>
    public int ValueBytesMax { get; init; } = 1 << 20;

    /// <summary>Single-threaded workers; a slot belongs to one of them.</summary>
    /// <remarks>1 to 16. Default: half of the machine's cores, at least one; the other half is for connections and the log. Where
    /// <see cref="Replication"/> is 1, as many as cores. A request of many keys and a peer's frame are split among the lanes, so
    /// more of them than are busy cost more than they help (docs/decisions/0055-an-only-owner-has-a-lane-for-each-core.md). It may
    /// change from one start to the next.</remarks>
    public int Lanes { get; init; } = NodeOptionsReader.LanesFor(replication: 3);

    /// <summary>Requests this member coordinates at once; one more is refused as overloaded.</summary>
    /// <remarks>1 to 1000000. Default 4096, about peak operations a second × the time one may wait: 40,000/s × 0.1 s. Higher
    /// rides out longer bursts and lets waiting grow; lower refuses sooner.</remarks>
    public int OperationsMax { get; init; } = 4096;

    /// <summary>What this member takes over in a second, at most, when slots move to it.</summary>
    /// <remarks>Bytes of keys and values and a KiB for each record, 64KiB to 1TiB, or 0 for no limit. Default 32MiB. A change begins with a
    /// hundred-and-twenty-eighth of that and doubles it every eight seconds; while requests wait for long, here or at the member that slots
    /// come from, it is a thirty-second at most. More moves slots sooner and leaves clients less of disk, wire and processor.</remarks>
    public long TransferBytesPerSecondMax { get; init; } = 32 << 20;

    /// <summary>Operations traced in a second; a caller's own sampled trace is always continued.</summary>
    /// <remarks>-1 all, 0 none, up to 1000000. Default 500. A traced operation costs about 44 µs of CPU.</remarks>
    public int TracesPerSecondMax { get; init; } = 500;

    /// <summary>How often a member probes one of the others.</summary>
    /// <remarks>A time, 50ms to 1m. Default 500ms. A crash is first noticed after one or two of them, and everyone's
    /// suspicion and patience is a multiple of it; each probe is two messages, and six more where it is not answered.
    /// A machine that stalls for longer than this is suspected now and then.</remarks>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a member passes on news of who is alive, while there is any.</summary>
    /// <remarks>A time, 20ms to 1m. Default 200ms. News needs about log(members) / log(<see cref="GossipFanout"/> + 1) of
    /// them to reach everyone. It is also four times the grain of all times of failure detection.</remarks>
    public TimeSpan GossipInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Members that news is passed on to at a time.</summary>
    /// <remarks>1 to 16. Default 3. More reach everyone in fewer intervals, at so many more messages.</remarks>
    public int GossipFanout { get; init; } = 3;

    /// <summary>How long a suspect has to refute before it is taken for dead.</summary>
    /// <remarks>A time up to 10m. Default <c>0s</c>, which is the formula 8 × log10(members + 1) × <see cref="ProbeInterval"/>:
    /// 3.1 s for 5 members, 8 s for 100. A third of it where three others could not reach the suspect either, and up to nine
    /// times as much on a member that is in bad health itself. Shorter sees crashes sooner and takes the slow for dead.</remarks>
    public TimeSpan FailureTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>How long a member is dead before the others remove it and make copies of what it held.</summary>
    /// <remarks>A time up to 24h. Default 10m; <c>0s</c>: never, a person does it. Counted from when a member is taken for dead,
    /// by each of the others; a majority of the members has to see it so, and no key may be left with fewer copies than it is to
    /// have or without a living majority. Shorter restores the copies sooner, and moves its slots for a machine that is only
    /// restarted: longer than a restart takes. A member that comes back after that is a new one and gets its copies from the others.</remarks>
    public TimeSpan FailureHardDead { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The knobs of failure detection, as it wants them.</summary>
    internal DetectorSettings Detector => new()
    {
        ProbeInterval = ProbeInterval,
        GossipInterval = GossipInterval,
        GossipFanout = GossipFanout,
        FailureTimeout = FailureTimeout > TimeSpan.Zero ? FailureTimeout : null,
    };

    /// <summary>Where others reach this node.</summary>
    /// <param name="configured"><see cref="HttpAddress"/> or <see cref="GrpcAddress"/>.</param>
    /// <param name="port">The port listened on.</param>
    public string AddressOf(string configured, int port)
    {
        if (configured.Length > 0)
        {
            return configured;
        }

        string host = BindsEverywhere ? Environment.MachineName.ToLowerInvariant() : BoundHost;
        return $"http://{host}:{port}";
    }

    /// <summary>Where clients of the Redis protocol reach this node.</summary>
    /// <param name="port">The port listened on.</param>
    public string RespAddressOf(int port)
    {
        if (Resp.Address.Length > 0)
        {
            return Resp.Address;
        }

        string host = BindsEverywhere ? new Uri(AddressOf(GrpcAddress, port)).Host : BoundHost;
        return $"tcp://{host}:{port}";
    }

    private bool BindsEverywhere => BindAddress.Equals(IPAddress.Any) || BindAddress.Equals(IPAddress.IPv6Any);

    private string BoundHost => Uri.CheckHostName(BindAddress.ToString()) == UriHostNameType.IPv6 ? $"[{BindAddress}]" : $"{BindAddress}";
}
