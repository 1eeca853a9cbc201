using System.Globalization;
using KvStore.Node.Coordination;
using KvStore.Node.Ring;
using KvStore.Tests.Simulation.Histories;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>
/// One seed: a cluster, its clients and its faults; then everything heals and every key must be writable and readable again
/// through every member; then the oracles look at the history and at the disks.
/// </summary>
internal sealed class ClusterRun
{
    /// <summary>Virtual time the clients may take for so many operations.</summary>
    private static readonly TimeSpan WorkMax = TimeSpan.FromMinutes(10);

    /// <summary>And for so many changes of members, some of which wait for who is down: mostly three to five minutes.</summary>
    private static readonly TimeSpan WorkWithChangesMax = TimeSpan.FromMinutes(30);

    /// <summary>Virtual time after healing by which everything must succeed.</summary>
    private static readonly TimeSpan RecoveryMax = TimeSpan.FromSeconds(30);

    /// <summary>Of a change of members that did not end after healing: no harm to data.</summary>
    public const string Unended = "did not end within";

    /// <summary>Virtual time after healing by which a change of members must be complete.</summary>
    private static readonly TimeSpan SettleMax = TimeSpan.FromSeconds(60);

    /// <summary>Virtual time by which all replicas must hold the same, and tombstones must be purged.</summary>
    private static readonly TimeSpan ConvergenceMax = TimeSpan.FromSeconds(60);

    private readonly SimulatedCluster _cluster;
    private readonly ClusterClients _clients;
    private readonly ClusterFaults _faults;
    private int _checked;

    private ClusterRun(ulong seed, PlantedMistake plant, Action<string>? watch, MovesMode moves)
    {
        RandomStreams streams = new(seed);
        ClusterShape shape = ClusterShape.Draw(streams.Of("shape"))
            .WithMoves(streams.Of("moves"), plant.IsOfTopology && moves == MovesMode.Drawn ? MovesMode.Always : moves)
            .WithSoleOwners(streams.Of("sole owners"), plant);
        _cluster = new SimulatedCluster(streams, shape) { Plant = plant };
        _cluster.Scheduler.Watch = watch;
        _clients = new ClusterClients(_cluster);
        _faults = new ClusterFaults(_cluster) { InFlight = () => _clients.InFlight };
    }

    /// <param name="plant">A mistake made on purpose, which the oracles must find.</param>
    /// <param name="watch">Told every step, for people.</param>
    /// <param name="moves">In which seeds members change; in every one for mistakes that only show then.</param>
    public static ClusterReport Execute(
        ulong seed, PlantedMistake plant = default, Action<string>? watch = null, bool keepsHistory = false, MovesMode moves = MovesMode.Drawn)
    {
        ClusterRun run = new(seed, plant, watch, moves);
        using SimulatedScheduler scheduler = run._cluster.Scheduler;
        string? violation;
        try
        {
            violation = run.Work() ?? run.Recover() ?? run.Check();
            scheduler.Finish();
        }
        catch (SimulationFailedException e)
        {
            violation = e.ToString();
        }

        return run.Report(seed, violation, keepsHistory);
    }

    /// <summary>Members whose disks hold all they ever did; with a planted mistake, those that believe so.</summary>
    private IEnumerable<SimulatedMember> Sound =>
        _cluster.Members.Where(member => _cluster.Decided.Last.Find(member.Id) is not null
            && (member != _cluster.Damaged || _cluster.Plant.Around != ClusterPlant.None));

    private string? Check()
    {
        HistoryVerdict verdict = ClusterHistory.Check(_clients.History, _cluster.Purges);
        _checked = verdict.Operations;
        return ClusterOracles.Check(verdict, _cluster);
    }

    private string? Work()
    {
        IReadOnlyList<SimulatedMember> first = [.. _cluster.Members.Take(_cluster.Shape.Members)];
        foreach (SimulatedMember member in first)
        {
            member.Start();
        }

        if (!_cluster.Scheduler.RunUntil(() => first.All(member => member.IsServing), TimeSpan.FromSeconds(30)))
        {
            return "The members did not begin to serve.";
        }

        _faults.Start();
        _cluster.Decided.Start();
        _clients.Start();
        TimeSpan most = _cluster.Shape.Changes > 0 ? WorkWithChangesMax : WorkMax;
        bool done = _cluster.Scheduler.RunUntil(() => _clients.IsDone, most);
        return done ? null : string.Create(CultureInfo.InvariantCulture, $"The clients were not done after {most.TotalMinutes} minutes.");
    }

    private string? Recover()
    {
        _faults.Heal();
        _cluster.Decided.Stop();
        if (_cluster.Shape.Moves && !_cluster.Scheduler.RunUntil(() => _cluster.Decided.IsSettled, _cluster.Scheduler.Now + SettleMax))
        {
            return string.Create(CultureInfo.InvariantCulture, $"The change of epoch {_cluster.Decided.Last.Epoch} {Unended} {SettleMax.TotalSeconds} s after healing.");
        }

        TimeSpan deadline = _cluster.Scheduler.Now + RecoveryMax;
        int outstanding = 0;
        string? unreadable = null;
        foreach (Key key in _clients.Keys)
        {
            foreach (SimulatedMember member in Sound)
            {
                outstanding++;
                Consistency level = member.Index == 0 && _cluster.Damaged is null ? Consistency.All : Consistency.Quorum;
                _cluster.Scheduler.World.Run(async () =>
                {
                    if (await _clients.WriteAndReadAsync(key, member, level, deadline) is { } failed)
                    {
                        unreadable ??= $"{key} cannot be {failed} through {member.Name} {RecoveryMax.TotalSeconds:0} s after healing.";
                    }

                    outstanding--;
                });
            }
        }

        if (!_cluster.Scheduler.RunUntil(() => outstanding == 0, deadline + TimeSpan.FromMinutes(1)))
        {
            return "The last reads did not end.";
        }

        bool settled = _cluster.Scheduler.RunUntil(() => Sound.All(member => member.Member!.ChangesPending == 0), deadline + TimeSpan.FromMinutes(1));
        return unreadable ?? (settled ? null : "Changes acknowledged at level one were not committed after healing.") ?? Noticed(deadline) ?? Converge();
    }

    /// <summary>Some keys are deleted for good; then every replica must come to hold the same, and tombstones must be gone.</summary>
    private string? Converge()
    {
        TimeSpan deadline = _cluster.Scheduler.Now + ConvergenceMax;
        int outstanding = 0;
        foreach (Key key in _clients.DrawKeysToDelete())
        {
            outstanding++;
            _cluster.Scheduler.World.Run(async () =>
            {
                await _clients.DeleteAsync(key, Sound.First(), deadline);
                outstanding--;
            });
        }

        ClusterConvergence convergence = new(_cluster, _clients.Keys, Sound);
        string? difference = "The last deletes did not end.";
        while (difference is not null && _cluster.Scheduler.Now < deadline)
        {
            _cluster.Scheduler.RunFor(TimeSpan.FromSeconds(1));
            difference = outstanding > 0 ? difference : convergence.Difference();
        }

        return difference is null ? null : string.Create(CultureInfo.InvariantCulture, $"{difference} {ConvergenceMax.TotalSeconds} s after healing.");
    }

    /// <summary>The member that lost some of its disk must have found out, or have been found out.</summary>
    private string? Noticed(TimeSpan deadline)
    {
        if (_cluster.Plant.Around != ClusterPlant.None || _cluster.Damaged is not { } damaged)
        {
            return null;
        }

        bool noticed = _cluster.Scheduler.RunUntil(() => damaged.Member!.State == "amnesiac", deadline + TimeSpan.FromMinutes(1));
        return noticed ? null : $"{damaged.Name} lost some of its disk and is {damaged.Member!.State}.";
    }

    private ClusterReport Report(ulong seed, string? violation, bool keepsHistory)
    {
        List<ClientOperation> history = _clients.History;
        return new ClusterReport(
            seed,
            history.Count,
            _checked,
            history.Count(operation => operation.Outcome == OperationOutcome.Committed),
            history.Count(operation => operation.Outcome == OperationOutcome.NotApplied),
            history.Count(operation => operation.Outcome == OperationOutcome.Unknown),
            _faults.Count,
            _faults.WhileInFlight,
            _cluster.Damaged is not null,
            history.Count(operation => operation.Result?.Failure == OperationFailure.DiskFull),
            _cluster.Members.Sum(member => member.HeldRounds),
            _cluster.Members.Aggregate(default(UpkeepCounts), (sum, member) => sum + member.Upkeep),
            _cluster.Members.Aggregate(default(LoadCounts), (sum, member) => sum + member.Load),
            _cluster.Network.Counts,
            _cluster.Scheduler.Steps,
            _cluster.Scheduler.Now,
            _cluster.Scheduler.Trace.ToString()!,
            violation,
            keepsHistory ? [.. history.Select(operation => operation.Describe())] : [])
        {
            ChangesCompleted = _cluster.Decided.Completed,
            ChangesAbandoned = _cluster.Decided.Abandoned,
            SoleRounds = _cluster.Members.Sum(member => member.SoleRounds),
        };
    }
}
