using Wire = KvStore.Protocol;

namespace KvStore.Client.Calls;

/// <summary>The protocol's answers about the cluster in the client's words.</summary>
internal static class WireCluster
{
    public static ClusterTopology Topology(Wire.Topology topology) => new(
        topology.ClusterId,
        topology.Epoch,
        (int)topology.Replication,
        (int)topology.VirtualNodes,
        topology.LoadBound,
        [.. topology.Members.Select(Member)],
        [.. topology.Slots.Select(range => new SlotRange((int)range.First, (int)range.Last, [.. range.Owners.Select(owner => (int)owner)]))]);

    public static MemberStatus Status(Wire.MemberStatus status) => new()
    {
        Id = status.Id,
        Name = status.Name,
        Epoch = status.Epoch,
        State = status.State,
        Reason = status.Reason,
        BootCount = status.BootCount,
        Uptime = TimeSpan.FromMilliseconds(status.UptimeMilliseconds),
        Keys = status.Keys,
        Tombstones = status.Tombstones,
        ValueBytes = status.ValueBytes,
        AppendedLsn = status.AppendedLsn,
        DurableLsn = status.DurableLsn,
        Durability = status.Durability,
        DiskBytes = status.DiskBytes,
        LogBytes = status.LogBytes,
        DataBytes = status.DataBytes,
        LiveBytes = status.LiveBytes,
        CheckpointNumber = status.CheckpointNumber,
        CheckpointAge = TimeSpan.FromMilliseconds(status.CheckpointAgeMilliseconds),
        MemoryBytes = status.MemoryBytes,
        OperationsInFlight = status.OperationsInFlight,
        Reads = status.Reads,
        Writes = status.Writes,
        Failures = status.Failures,
        Peers = [.. status.Peers.Select(Peer)],
        Upkeep = Upkeep(status.Upkeep),
        LivenessChanges = [.. status.LivenessEvents.Select(change => new LivenessChange(
            DateTimeOffset.FromUnixTimeMilliseconds(change.UnixMilliseconds), change.Member, change.Liveness, change.Incarnation, change.By))],
        Changes = [.. status.Changes.Select(Change)],
        Evictions = [.. status.Evictions.Select(Eviction)],
        AllowsFaults = status.FaultsAllowed,
        Faults = [.. status.Faults.Select(Fault)],
        PastFaults = [.. status.PastFaults.Select(Fault)],
        TopologyChanges = [.. status.TopologyEvents.Select(change => new TopologyChange(
            DateTimeOffset.FromUnixTimeMilliseconds(change.UnixMilliseconds), change.Kind, change.Epoch, change.Member, change.Text))],
        TopologyPending = status.TopologyPending,
        Load = Load(status.Load),
        Migration = Migration(status.Migration),
        ReadLatency = Latency(status.ReadLatency),
        WriteLatency = Latency(status.WriteLatency),
        CheckpointTook = TimeSpan.FromMilliseconds(status.CheckpointMilliseconds),
        CheckpointLsn = status.CheckpointLsn,
        HealthScore = status.HealthScore,
        GossipPerSecond = status.GossipPerSecond,
        Version = status.Version,
        CpuTime = TimeSpan.FromMilliseconds(status.CpuMilliseconds),
        WorkingSetBytes = status.WorkingSetBytes,
    };

    private static PastChange Change(Wire.PastChange change) => new(
        change.Epoch,
        DateTimeOffset.FromUnixTimeMilliseconds(change.BeganUnixMilliseconds),
        AgeOf(change.TookMilliseconds),
        change.GivenUp,
        [.. change.Joined],
        [.. change.Left],
        change.Keys,
        change.Bytes);

    public static ChangePlan Plan(Wire.ChangePlan plan, MembershipChange change) => new(
        plan.Id,
        change,
        plan.Member,
        plan.Epoch,
        plan.SlotsMoved,
        plan.SlotsMovedLeast,
        [.. plan.Moves.Select(move => new ChangeMove(move.From, move.To, move.Slots, move.Keys, move.Bytes))],
        [.. plan.Shares.Select(share => new ChangeShare(share.Member, share.SlotsBefore, share.SlotsAfter))])
    {
        With = plan.With,
    };

    public static Eviction Eviction(Wire.Eviction eviction) => new(
        eviction.Member,
        TimeSpan.FromMilliseconds(eviction.DeadMilliseconds),
        AgeOf(eviction.MillisecondsLeft),
        [.. eviction.Agreeing],
        eviction.Needed,
        eviction.Kept,
        eviction.Obstacle);

    public static NetworkFault Fault(Wire.NetworkFault fault) => new(
        fault.Id,
        fault.Kind switch
        {
            "slow" => NetworkFaultKind.Slow,
            "drop" => NetworkFaultKind.Drop,
            "pause" => NetworkFaultKind.Pause,
            _ => NetworkFaultKind.Partition,
        },
        [.. fault.Members],
        TimeSpan.FromMilliseconds(fault.DelayMilliseconds),
        fault.Percent,
        DateTimeOffset.FromUnixTimeMilliseconds(fault.BeganUnixMilliseconds),
        TimeSpan.FromMilliseconds(fault.MillisecondsLeft))
    {
        Ended = fault.EndedUnixMilliseconds == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(fault.EndedUnixMilliseconds),
        IsUndone = fault.Undone,
    };

    public static MemberSlots Slots(Wire.MemberSlots slots) => new()
    {
        Id = slots.Id,
        Name = slots.Name,
        Epoch = slots.Epoch,
        BootCount = slots.BootCount,
        Keys = [.. slots.Keys],
        Tombstones = [.. slots.Tombstones],
        ValueBytes = [.. slots.ValueBytes],
        Reads = [.. slots.Reads],
        Writes = [.. slots.Writes],
        Hottest =
        [
            .. slots.Hottest.Select(key => new HotKey(
                new KvKey(key.Key.Memory), (int)key.Slot, key.Operations, key.OperationsLeast, TimeSpan.FromMilliseconds(key.Milliseconds))),
        ],
    };

    public static KeyExplanation Explanation(Wire.Explanation explanation) => new()
    {
        Key = new KvKey(explanation.Key.Memory),
        Slot = (int)explanation.Slot,
        Position = explanation.Position,
        Epoch = explanation.Epoch,
        Coordinator = explanation.Coordinator,
        Replicas = [.. explanation.Replicas.Select(Replica)],
        Found = explanation.Found,
        Version = explanation.Version,
        Elapsed = TimeSpan.FromMilliseconds(explanation.Milliseconds),
        TraceId = explanation.TraceId,
        Error = explanation.Error,
    };

    public static FollowEvent Event(Wire.FollowEvent happened) => new(
        TimeSpan.FromMilliseconds(happened.Milliseconds), happened.Kind, happened.Phase, happened.Member, happened.Reply)
    {
        Begun = happened.Begun is { } begun
            ? new FollowBegun((int)begun.Slot, begun.Position, begun.Epoch, begun.Coordinator, [.. begun.Owners], (int)begun.Needed, begun.TraceId)
            : null,
        Answer = happened.Answer is { } answer
            ? new FollowAnswer(answer.Done, answer.Outcome == Wire.Outcome.Unknown, answer.Text, answer.Version, answer.ValueLength)
            : null,
    };

    private static ClusterMember Member(Wire.TopologyMember member) => new(
        member.Id,
        (int)member.Ordinal,
        member.Name,
        member.HttpAddress,
        member.GrpcAddress,
        member.Zone,
        member.State,
        [.. member.Tokens]);

    private static PeerStatus Peer(Wire.PeerStatus peer) => new(
        peer.Id,
        peer.Name,
        peer.Connected,
        TimeSpan.FromMilliseconds(peer.RoundTripMilliseconds),
        peer.QueuedBytes,
        peer.LastError,
        TimeSpan.FromMilliseconds(peer.SinceMilliseconds))
    {
        Liveness = peer.Liveness,
        LivenessFor = TimeSpan.FromMilliseconds(peer.LivenessMilliseconds),
        Votes = peer.Votes,
        ClockAhead = TimeSpan.FromMilliseconds(peer.ClockAheadMilliseconds),
        Hints = peer.Hints,
        HintBytes = peer.HintBytes,
        HintAge = TimeSpan.FromMilliseconds(peer.HintAgeMilliseconds),
        SlotsDiffering = peer.SlotsDiffering,
        Compared = AgeOf(peer.ComparedMilliseconds),
    };

    private static LatencyHistogram Latency(Wire.LatencyCounts? latency) =>
        latency is null ? LatencyHistogram.Empty : new LatencyHistogram([.. latency.Counts.Select(count => (long)count)]);

    private static LoadStatus Load(Wire.LoadStatus? load) => load is null ? new LoadStatus() : new LoadStatus
    {
        OperationsLimit = load.OperationsLimit,
        OperationsRefused = load.OperationsRefused,
        InputsWaiting = load.InputsWaiting,
        Wait = TimeSpan.FromMilliseconds(load.WaitMilliseconds),
        Disk = TimeSpan.FromMilliseconds(load.DiskMilliseconds),
        HedgesSent = load.HedgesSent,
        HedgesWon = load.HedgesWon,
        Expired = load.ExpiredInOutbox + load.ExpiredAtReplica + load.ExpiredHanded + load.ExpiredOperations,
    };

    private static MigrationStatus Migration(Wire.MigrationStatus? migration) => migration is null ? new MigrationStatus() : new MigrationStatus
    {
        IsMoving = migration.IsMoving,
        Epoch = migration.Epoch,
        Slots = migration.Slots,
        SlotsComplete = migration.SlotsComplete,
        SlotsMissing = migration.SlotsMissing < 0 ? null : migration.SlotsMissing,
        Keys = migration.Keys,
        Bytes = migration.Bytes,
        BytesPerSecond = migration.BytesPerSecond,
        Left = AgeOf(migration.MillisecondsLeft),
        Sources = [.. migration.Sources.Select(source => new MigrationSource(source.Name, source.Keys, source.Bytes))],
    };

    private static UpkeepStatus Upkeep(Wire.UpkeepStatus? upkeep) => new()
    {
        HintsMade = upkeep?.HintsMade ?? 0,
        HintsDelivered = upkeep?.HintsDelivered ?? 0,
        HintsOverflowed = upkeep?.HintsOverflowed ?? 0,
        HintsDropped = upkeep?.HintsDropped ?? 0,
        ReadRepairs = upkeep?.ReadRepairs ?? 0,
        KeysRepaired = upkeep?.KeysRepaired ?? 0,
        RepairRounds = upkeep?.RepairRounds ?? 0,
        TombstonesPurged = upkeep?.TombstonesPurged ?? 0,
        Agreements = upkeep is null
            ? []
            : [.. upkeep.Agreements.Select(range => new SlotAgreement((int)range.First, (int)range.Last, AgeOf(range.AgeMilliseconds)))],
        Repairs = upkeep is null
            ? []
            : [.. upkeep.Repairs.Select(sum => new RepairSum(
                sum.Kind,
                sum.Member,
                DateTimeOffset.FromUnixTimeMilliseconds(sum.FromUnixMilliseconds),
                DateTimeOffset.FromUnixTimeMilliseconds(sum.LastUnixMilliseconds),
                sum.Keys,
                sum.Slots))],
    };

    private static TimeSpan? AgeOf(long milliseconds) => milliseconds < 0 ? null : TimeSpan.FromMilliseconds(milliseconds);

    private static ReplicaExplanation Replica(Wire.ReplicaExplanation replica) => new(
        replica.MemberId,
        replica.Name,
        replica.State,
        replica.Ballot,
        replica.Version,
        replica.ValueLength,
        WireReplies.Time(replica.ExpiresAt),
        TimeSpan.FromMilliseconds(replica.Milliseconds))
    {
        ValueStart = replica.ValueStart.Memory,
    };
}
