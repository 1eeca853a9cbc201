using KvStore.Client;
using KvStore.Web.Display;

namespace KvStore.Web.Cluster;

/// <summary>What there is to say about a member, in groups. A pure function of what it said last.</summary>
internal static class MemberFacts
{
    public static IEnumerable<FactGroup> Of(MemberView member, ClusterSnapshot snapshot)
    {
        MemberStatus status = member.Status!;
        yield return Process(member, status, snapshot);
        yield return Load(member, status);
        yield return Storage(member, status);
        yield return Log(status);
        yield return Queues(status);
        yield return Upkeep(status);
        if (status.Migration.Epoch > 0)
        {
            yield return Transfer(status.Migration);
        }
    }

    private static FactGroup Process(MemberView member, MemberStatus status, ClusterSnapshot snapshot) => new(
        "Process",
        [
            new("Up", Figures.Elapsed(status.Uptime), "since it was started"),
            new("Starts", Figures.Count(status.BootCount), "how often it was started on its data"),
            new("Version", status.Version.Split('+')[0], status.Version),
            new("Epoch", Figures.Count(status.Epoch), "of the topology it is at", status.Epoch < snapshot.Topology?.Epoch),
            new("Zone", member.Zone.Length > 0 ? member.Zone : "none", "which replicas should not share"),
            new("Address", member.GrpcAddress?.Authority ?? "not known", "where it serves gRPC"),
            new("Processor time", Figures.Elapsed(status.CpuTime), "that its process used"),
            new("Working set", Figures.Bytes(status.WorkingSetBytes), "memory of its process"),
            new("Mistrust of itself", $"{status.HealthScore} of 8", "above 0 its own timers are late or nobody answers it, so it is slower to accuse others", status.HealthScore > 0),
        ]);

    private static FactGroup Load(MemberView member, MemberStatus status) => new(
        "Load",
        [
            new("Reads/s", member.Rates is { } rates ? Figures.Rate(rates.Reads) : "…", "that it coordinates"),
            new("Writes/s", member.Rates is { } both ? Figures.Rate(both.Writes) : "…", "that it coordinates"),
            new("Failures/s", member.Rates is { } all ? Figures.Rate(all.Failures) : "…", "operations not committed, refused ones included", member.Rates?.Failures > 0),
            new("Reads p50 · p99", Times(member.ReadTimes), "of the last seconds, from admission to answer"),
            new("Writes p50 · p99", Times(member.WriteTimes), "of the last seconds, from admission to answer"),
            new("Let in at once", $"{Figures.Count(status.OperationsInFlight)} of {Figures.Count(status.Load.OperationsLimit)}", "operations of clients in flight, and how many it lets in"),
            new("Refused", Figures.Count(status.Load.OperationsRefused), "operations refused as overloaded, since start"),
            new("Hedges won", $"{Figures.Count(status.Load.HedgesWon)} of {Figures.Count(status.Load.HedgesSent)}", "phases ended by a request to the rest, because those asked first took long"),
        ]);

    private static FactGroup Storage(MemberView member, MemberStatus status) => new(
        "Storage",
        [
            new("Keys", Figures.Count(status.Keys), "with a value stored here"),
            new("Values", Figures.Bytes(status.ValueBytes), "bytes of all values stored here"),
            new("Deleted, remembered", Figures.Count(status.Tombstones), "deleted keys until every replica has confirmed it"),
            new("Slots", $"{Figures.Count(member.Share.All)}, first of {Figures.Count(member.Share.First)}", "replicas of slots that it holds, and of how many it is the first owner"),
            new("Disk", Figures.Bytes(status.DiskBytes), "all files of its data directory"),
            new("Data log", $"{Figures.Bytes(status.LiveBytes)}, files {Figures.Bytes(status.DataBytes)}", "what the latest record of every key takes, in memory or on disk, and the files of it"),
            new("Memory", Figures.Bytes(status.MemoryBytes), "that the store uses"),
        ]);

    private static FactGroup Log(MemberStatus status) => new(
        "Log and checkpoint",
        [
            new("Durability", status.Durability, "when a write counts as durable"),
            new("Written", Figures.Count(status.AppendedLsn), "the last log record"),
            new("Not yet on disk", Figures.Count(status.AppendedLsn - status.DurableLsn), "records written and not known to be on disk"),
            new("Log", Figures.Bytes(status.LogBytes), "files of the write-ahead log"),
            new("To disk in", Figures.Duration(status.Load.Disk), "how long an append takes until it is on disk"),
            new("Checkpoint", status.CheckpointNumber > 0 ? $"number {Figures.Count(status.CheckpointNumber)}" : "none yet", "the newest"),
            new("Its age", status.CheckpointNumber > 0 ? Figures.Elapsed(status.CheckpointAge) : "–", "since it was made, or found at the start"),
            new("Took", status.CheckpointNumber > 0 ? Figures.Duration(status.CheckpointTook) : "–", "how long making it took; 0 if it was found at the start"),
            new("Records after it", status.CheckpointNumber > 0 ? Figures.Count(status.AppendedLsn - status.CheckpointLsn) : "–", "that a start reads again"),
        ]);

    private static FactGroup Queues(MemberStatus status) => new(
        "Queues",
        [
            new("Wait for a lane", Figures.Count(status.Load.InputsWaiting), "inputs now"),
            new("Wait so long", Figures.Duration(status.Load.Wait), "how long requests wait for a lane"),
            new("To be sent", Figures.Bytes(status.Peers.Sum(peer => peer.QueuedBytes)), "bytes that wait for the other members"),
            new("Expired", Figures.Count(status.Load.Expired), "work dropped before it ran because nobody waited for it any more, since start"),
            new("Gossip/s", Figures.Rate(status.GossipPerSecond), "packets of failure detection"),
        ]);

    private static FactGroup Upkeep(MemberStatus status) => new(
        "Hints and upkeep",
        [
            new("Hints kept", Figures.Count(status.Peers.Sum(peer => peer.Hints)), "committed records for members that have not acknowledged them", status.Peers.Any(peer => peer.Hints > 0)),
            new("Delivered", $"{Figures.Count(status.Upkeep.HintsDelivered)} of {Figures.Count(status.Upkeep.HintsMade)}", "since start"),
            new("No room for", Figures.Count(status.Upkeep.HintsOverflowed), "records for which there was no room: comparison finds them", status.Upkeep.HintsOverflowed > 0),
            new("Given up", Figures.Count(status.Upkeep.HintsDropped), "because the owners of their slot changed"),
            new("Repaired by reads", Figures.Count(status.Upkeep.ReadRepairs), "records that reads taught to replicas"),
            new("Repaired by comparison", Figures.Count(status.Upkeep.KeysRepaired), $"keys; {Figures.Count(status.Upkeep.RepairRounds)} of them took a round of consensus"),
            new("Purged", Figures.Count(status.Upkeep.TombstonesPurged), "deleted keys that every replica was told to forget"),
            new("All alike", Agreement(status.Upkeep), "since when all its slots were last found alike with all others"),
        ]);

    private static FactGroup Transfer(MigrationStatus migration) => new(
        migration.IsMoving ? "Moving to it" : "Moved to it last",
        [
            new("Epoch", Figures.Count(migration.Epoch), "of the change"),
            new("Slots complete", $"{Figures.Count(migration.SlotsComplete)} of {Figures.Count(migration.Slots)}", "that it holds all it needs of, durably", migration.IsMoving && migration.SlotsComplete < migration.Slots),
            new("Taken over", $"{Figures.Count(migration.Keys)} keys, {Figures.Bytes(migration.Bytes)}", "from the old owners"),
            new("Speed", $"{Figures.Bytes(migration.BytesPerSecond)}/s", "now"),
            new("Time left", !migration.IsMoving ? "–" : migration.Left is { } left ? Figures.Elapsed(left) : "not known", "until it is complete"),
        ]);

    private static string Times(LatencyHistogram times) => times.Quantile(0.5) is { } median && times.Quantile(0.99) is { } slow
        ? $"{Figures.Duration(median)} · {Figures.Duration(slow)}"
        : "–";

    private static string Agreement(UpkeepStatus upkeep) => upkeep.Agreements.IsEmpty || upkeep.Agreements.Any(range => range.Age is null)
        ? "not yet"
        : $"{Figures.Elapsed(upkeep.Agreements.Max(range => range.Age!.Value))} ago";
}
