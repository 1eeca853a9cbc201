using System.Collections.Immutable;
using System.Reflection;
using KvStore.Node.Convergence;
using KvStore.Node.Coordination;
using KvStore.Node.Membership;
using KvStore.Node.Migration;
using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.FrontEnds;

/// <summary>A member's own state as clients see it.</summary>
internal static class StatusView
{
    private static readonly string Version =
        typeof(StatusView).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public static Protocol.MemberStatus Of(MemberReport report, TopologySnapshot topology, MemberId self, DateTimeOffset now)
    {
        Protocol.MemberStatus view = new()
        {
            Id = self.ToString(),
            Name = topology.Find(self)?.Name ?? "",
            Epoch = topology.Epoch.Number,
            State = report.State,
            Reason = report.Reason,
            BootCount = report.BootCount,
            UptimeMilliseconds = (long)report.Uptime.TotalMilliseconds,
            Keys = report.Store.Keys,
            Tombstones = report.Store.Tombstones,
            ValueBytes = report.Store.ValueBytes,
            AppendedLsn = report.Store.AppendedLsn,
            DurableLsn = report.Store.DurableLsn,
            Durability = report.Store.Durability,
            DiskBytes = report.Store.DiskBytes,
            MemoryBytes = report.Store.MemoryBytes,
            LogBytes = report.Store.Files.LogBytes,
            DataBytes = report.Store.Files.DataBytes,
            LiveBytes = report.Store.Files.LiveBytes,
            CheckpointNumber = report.Store.Files.CheckpointNumber,
            CheckpointLsn = report.Store.Files.CheckpointLsn,
            CheckpointAgeMilliseconds = (long)report.Store.Files.CheckpointAge.TotalMilliseconds,
            CheckpointMilliseconds = (long)report.Store.Files.CheckpointDuration.TotalMilliseconds,
            OperationsInFlight = report.Operations.InFlight,
            Reads = report.Operations.Reads,
            Writes = report.Operations.Writes,
            Failures = report.Operations.Failures,
            Version = Version,
            CpuMilliseconds = (long)Environment.CpuUsage.TotalTime.TotalMilliseconds,
            WorkingSetBytes = Environment.WorkingSet,
            Upkeep = Of(report.Upkeep, topology),
            Load = LoadView.Of(report.Load, self),
            Migration = Of(report.Migration, topology),
            ReadLatency = Of(report.ReadTimes),
            WriteLatency = Of(report.WriteTimes),
        };
        view.Peers.AddRange(report.Peers.Where(link => link.Peer is not null).GroupBy(link => link.Peer!.Value).Select(links => Of(links, report, now)));
        return view;
    }

    /// <summary>A peer has a link per class of traffic: it is connected if all are, and as fast as the one for registers.</summary>
    private static Protocol.PeerStatus Of(IGrouping<MemberId, PeerLinkStatus> links, MemberReport report, DateTimeOffset now)
    {
        PeerLinkStatus main = links.MinBy(link => link.LinkClass)!;
        PeerLinkStatus shown = links.FirstOrDefault(link => !link.Connected) ?? main;
        HintReport? hints = report.Upkeep.Hints.FirstOrDefault(hints => hints.Target == links.Key);
        PeerComparison? compared = report.Upkeep.Agreement.Peers.FirstOrDefault(comparison => comparison.Peer == links.Key);
        RankReport? rank = report.Load.Ranks.FirstOrDefault(rank => rank.Member == links.Key);
        return new Protocol.PeerStatus
        {
            RankMilliseconds = rank?.Milliseconds ?? 0,
            LoadBusy = rank?.Load.Busy ?? 0,
            LoadWaitMilliseconds = rank?.Load.WaitMilliseconds ?? 0,
            LoadDiskMilliseconds = rank?.Load.DiskMilliseconds ?? 0,
            Id = links.Key.ToString(),
            Name = main.Name,
            Connected = shown.Connected,
            RoundTripMilliseconds = main.RoundTrip?.TotalMilliseconds ?? 0,
            QueuedBytes = links.Sum(link => link.QueuedBytes),
            LastError = shown.Connected ? "" : shown.LastError ?? "",
            SinceMilliseconds = (long)(now - shown.Since).TotalMilliseconds,
            Votes = NameOf(report.PeerVotes.GetValueOrDefault(links.Key)),
            Hints = hints?.Count ?? 0,
            HintBytes = hints?.Bytes ?? 0,
            HintAgeMilliseconds = (long)(hints?.Age.TotalMilliseconds ?? 0),
            SlotsDiffering = compared?.SlotsDiffering ?? 0,
            ComparedMilliseconds = AgeOf(compared?.Age),
        };
    }

    private static Protocol.LatencyCounts Of(ImmutableArray<long> counts)
    {
        Protocol.LatencyCounts view = new();
        view.Counts.AddRange(counts.Select(count => (ulong)count));
        return view;
    }

    private static Protocol.UpkeepStatus Of(UpkeepReport upkeep, TopologySnapshot topology)
    {
        Protocol.UpkeepStatus view = new()
        {
            HintsMade = upkeep.HintsMade,
            HintsDelivered = upkeep.HintsDelivered,
            HintsOverflowed = upkeep.HintsOverflowed,
            HintsDropped = upkeep.HintsDropped,
            ReadRepairs = upkeep.ReadRepairs,
            KeysRepaired = upkeep.KeysRepaired,
            RepairRounds = upkeep.RepairRounds,
            TombstonesPurged = upkeep.TombstonesPurged,
        };
        view.Agreements.AddRange(upkeep.Agreement.Ranges.Select(range => new Protocol.SlotAgreement
        {
            First = (uint)range.First,
            Last = (uint)range.Last,
            AgeMilliseconds = AgeOf(range.Age),
        }));
        view.Repairs.AddRange(upkeep.Repairs.Select(sum => new Protocol.RepairSum
        {
            Kind = sum.Kind switch
            {
                RepairKind.Read => "read",
                RepairKind.Comparison => "comparison",
                RepairKind.Hint => "hint",
                _ => throw new InvariantViolation($"No reason {sum.Kind} for a repair"),
            },
            Member = topology.Find(sum.Member)?.Name ?? sum.Member.ToString(),
            FromUnixMilliseconds = sum.From,
            LastUnixMilliseconds = sum.Last,
            Keys = sum.Keys,
            Slots = sum.Slots,
        }));
        return view;
    }

    private static Protocol.MigrationStatus Of(MigrationReport migration, TopologySnapshot topology)
    {
        Protocol.MigrationStatus view = new()
        {
            IsMoving = topology.Document.Next is not null,
            Epoch = migration.Epoch.Number,
            Slots = migration.Slots,
            SlotsComplete = migration.SlotsComplete,
            SlotsMissing = migration.SlotsMissing ?? -1,
            Keys = migration.Keys,
            KeysSettled = migration.KeysSettled,
            Bytes = migration.Bytes,
            BytesPerSecond = (long)migration.BytesPerSecond,
            MillisecondsLeft = AgeOf(migration.TimeLeft),
        };
        view.Sources.AddRange(migration.Sources.Select(source => new Protocol.MigrationSource
        {
            Id = source.Source.ToString(),
            Name = topology.Find(source.Source)?.Name ?? "",
            Keys = source.Keys,
            Bytes = source.Bytes,
        }));
        return view;
    }

    private static long AgeOf(TimeSpan? age) => age is { } known ? (long)known.TotalMilliseconds : -1;

    private static string NameOf(VoteState votes) => votes switch
    {
        VoteState.Voting => "voting",
        VoteState.Waiting => "waiting",
        VoteState.Amnesiac => "amnesiac",
        _ => "",
    };
}
