using System.Collections.Immutable;

namespace KvStore.Client;

/// <summary>How a member is. Counters count from the process's start.</summary>
public sealed record MemberStatus
{
    /// <summary>Its durable identity.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>The epoch it is at.</summary>
    public required long Epoch { get; init; }

    /// <summary><c>starting</c>, <c>serving</c>, <c>read-only</c>, <c>amnesiac</c> or <c>stopped</c>.</summary>
    public required string State { get; init; }

    /// <summary>Why it is not serving, for people; empty where there is nothing to say.</summary>
    public required string Reason { get; init; }

    /// <summary>How often it was started on its data.</summary>
    public required long BootCount { get; init; }

    /// <summary>Since it was started.</summary>
    public required TimeSpan Uptime { get; init; }

    /// <summary>What it came to believe of others, the newest last; a bounded number.</summary>
    public IReadOnlyList<LivenessChange> LivenessChanges { get; init; } = [];

    /// <summary>Changes of members since its start, the one under way last; a bounded number.</summary>
    public IReadOnlyList<PastChange> Changes { get; init; } = [];

    /// <summary>Of every member that is dead as this one sees it.</summary>
    public IReadOnlyList<Eviction> Evictions { get; init; } = [];

    /// <summary>Whether it lets itself be harmed for demonstration.</summary>
    public bool AllowsFaults { get; init; }

    /// <summary>What is done on purpose to its network now.</summary>
    public IReadOnlyList<NetworkFault> Faults { get; init; } = [];

    /// <summary>What was done and has ended, the last to end last; a bounded number.</summary>
    public IReadOnlyList<NetworkFault> PastFaults { get; init; } = [];

    /// <summary>What was decided about the cluster since its start, or refused, the newest last; a bounded number.</summary>
    public IReadOnlyList<TopologyChange> TopologyChanges { get; init; } = [];

    /// <summary>What the change of owners under way waits for, for people; empty where there is none.</summary>
    public string TopologyPending { get; init; } = "";

    /// <summary>How much it has to do.</summary>
    public LoadStatus Load { get; init; } = new();

    /// <summary>What slots move to it, while owners change.</summary>
    public MigrationStatus Migration { get; init; } = new();

    /// <summary>How long the reads took that it coordinated.</summary>
    public LatencyHistogram ReadLatency { get; init; } = LatencyHistogram.Empty;

    /// <summary>How long the writes took that it coordinated.</summary>
    public LatencyHistogram WriteLatency { get; init; } = LatencyHistogram.Empty;

    /// <summary>How long the newest checkpoint took.</summary>
    public TimeSpan CheckpointTook { get; init; }

    /// <summary>The last log record that the newest checkpoint holds.</summary>
    public long CheckpointLsn { get; init; }

    /// <summary>0 in good health; up to 8 where its own timers are late or nobody answers it.</summary>
    public int HealthScore { get; init; }

    /// <summary>Packets of failure detection a second, over the last seconds.</summary>
    public double GossipPerSecond { get; init; }

    /// <summary>Keys with a value stored here.</summary>
    public required long Keys { get; init; }

    /// <summary>Deleted keys still remembered here.</summary>
    public required long Tombstones { get; init; }

    /// <summary>Bytes of all values stored here.</summary>
    public required long ValueBytes { get; init; }

    /// <summary>The last log record written.</summary>
    public required long AppendedLsn { get; init; }

    /// <summary>The last log record known to be on disk.</summary>
    public required long DurableLsn { get; init; }

    /// <summary>When a write counts as durable, in the member's words.</summary>
    public required string Durability { get; init; }

    /// <summary>Bytes used on disk.</summary>
    public required long DiskBytes { get; init; }

    /// <summary>Of <see cref="DiskBytes"/>: the write-ahead log's.</summary>
    public required long LogBytes { get; init; }

    /// <summary>Of <see cref="DiskBytes"/>: the data log's, with what was replaced and is still to be reclaimed.</summary>
    public required long DataBytes { get; init; }

    /// <summary>Bytes that the latest record of every key takes in the data log, in memory or on disk.</summary>
    public required long LiveBytes { get; init; }

    /// <summary>The newest checkpoint, from 1; 0 if there is none yet.</summary>
    public required long CheckpointNumber { get; init; }

    /// <summary>Since the newest checkpoint was made, or found at the start.</summary>
    public required TimeSpan CheckpointAge { get; init; }

    /// <summary>Bytes of memory the store uses.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Operations coordinated here and not yet answered.</summary>
    public required int OperationsInFlight { get; init; }

    /// <summary>Reads coordinated here.</summary>
    public required long Reads { get; init; }

    /// <summary>Writes coordinated here.</summary>
    public required long Writes { get; init; }

    /// <summary>Operations coordinated here that failed.</summary>
    public required long Failures { get; init; }

    /// <summary>How it sees the other members.</summary>
    public required ImmutableArray<PeerStatus> Peers { get; init; }

    /// <summary>What it has done to keep replicas alike.</summary>
    public required UpkeepStatus Upkeep { get; init; }

    /// <summary>Of the program.</summary>
    public required string Version { get; init; }

    /// <summary>CPU time the process used.</summary>
    public required TimeSpan CpuTime { get; init; }

    /// <summary>Bytes of the process's working set.</summary>
    public required long WorkingSetBytes { get; init; }
}
