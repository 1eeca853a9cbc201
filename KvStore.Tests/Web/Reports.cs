using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Cluster;

namespace KvStore.Tests.Web;

/// <summary>What nodes of a made-up topology said, for tests.</summary>
internal static class Reports
{
    public static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static readonly DateTimeOffset SilentSince = Now - ClusterHealth.StartMax;

    public static NodeReport Unasked(int ordinal) =>
        new(new NodeAddress($"node{ordinal + 1}", new Uri($"http://localhost:{9001 + ordinal}")));

    public static NodeReport Answering(int ordinal, ClusterTopology topology, string state = "serving", params int[] cutOffFrom) =>
        (Unasked(ordinal) with { Topology = topology })
            .Told(Status(ordinal, topology.Members.Length, state, cutOffFrom), TimeSpan.Zero);

    /// <summary>Of a member that answers, with what it says changed.</summary>
    public static NodeReport Telling(int ordinal, ClusterTopology topology, Func<MemberStatus, MemberStatus> told) =>
        (Unasked(ordinal) with { Topology = topology })
            .Told(told(Status(ordinal, topology.Members.Length)), TimeSpan.Zero);

    public static NodeReport Silent(int ordinal, string why = "Connection refused") =>
        Unasked(ordinal).Failed(why, SilentSince);

    /// <summary>Of all members: those named are silent, and the others have no connection to them.</summary>
    public static ImmutableArray<NodeReport> Without(ClusterTopology topology, params int[] silent) =>
    [
        .. topology.Members.Select(member => silent.Contains(member.Ordinal)
            ? Silent(member.Ordinal)
            : Answering(member.Ordinal, topology, cutOffFrom: silent)),
    ];

    public static UpkeepStatus NoUpkeep => new()
    {
        HintsMade = 0,
        HintsDelivered = 0,
        HintsOverflowed = 0,
        HintsDropped = 0,
        ReadRepairs = 0,
        KeysRepaired = 0,
        RepairRounds = 0,
        TombstonesPurged = 0,
        Agreements = [],
    };

    public static MemberStatus Status(int ordinal, int members, string state = "serving", params int[] cutOffFrom) => new()
    {
        Id = Topologies.IdOf(ordinal),
        Name = $"node{ordinal + 1}",
        Epoch = 1,
        State = state,
        Reason = "",
        BootCount = 1,
        Uptime = TimeSpan.FromMinutes(1),
        Keys = 10,
        Tombstones = 0,
        ValueBytes = 100,
        AppendedLsn = 5,
        DurableLsn = 5,
        Durability = "sync",
        DiskBytes = 1,
        LogBytes = 1,
        DataBytes = 0,
        LiveBytes = 1,
        CheckpointNumber = 0,
        CheckpointAge = TimeSpan.Zero,
        MemoryBytes = 1,
        OperationsInFlight = 0,
        Reads = 0,
        Writes = 0,
        Failures = 0,
        Peers =
        [
            .. Enumerable.Range(0, members).Where(other => other != ordinal).Select(other => new PeerStatus(
                Topologies.IdOf(other),
                $"node{other + 1}",
                !cutOffFrom.Contains(other),
                TimeSpan.FromMilliseconds(0.3),
                QueuedBytes: 0,
                cutOffFrom.Contains(other) ? "reset" : "",
                TimeSpan.FromSeconds(3))),
        ],
        Upkeep = NoUpkeep,
        Version = "0.1.0",
        CpuTime = TimeSpan.Zero,
        WorkingSetBytes = 1,
    };
}
