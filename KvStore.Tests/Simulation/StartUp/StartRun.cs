using System.Globalization;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Tests.Simulation.StartUp;

/// <summary>
/// One seed: empty machines come to be a cluster while they fail in every way and members are let go; then everything heals,
/// all must be members of one cluster and agree, one more change must be decided, and a restart of all must decide nothing.
/// </summary>
internal sealed class StartRun
{
    /// <summary>Virtual time after healing by which all must agree: several changes one after the other, each with slots to move.</summary>
    private static readonly TimeSpan RecoveryMax = TimeSpan.FromSeconds(300);

    private static readonly TimeSpan ChangeMax = TimeSpan.FromSeconds(60);

    private readonly StartBed _bed;
    private readonly SeededRandom _shape;
    private readonly List<StartMachine> _main = [];
    private readonly List<StartMachine> _neighbours = [];
    private readonly StartMachine? _between;
    private readonly StartFaults _faults;
    private readonly StartChanges _changes;

    private StartRun(StartBed bed, SeededRandom shape)
    {
        _bed = bed;
        _shape = shape;
        int count = 3 + shape.Next(4);
        int seeds = 1 + shape.Next(3);
        for (int i = 0; i < count; i++)
        {
            _main.Add(bed.Add(StartBed.SeedsOf(Enumerable.Range(0, seeds))));
        }

        if (shape.Chance(0.3))
        {
            string cluster = shape.Chance(0.5) ? "kvstore" : "other";
            _neighbours.Add(bed.Add(StartBed.SeedsOf(count, count + 1), 1, cluster));
            _neighbours.Add(bed.Add(StartBed.SeedsOf(count, count + 1), 1, cluster));
            _between = cluster == "kvstore" ? bed.Add(StartBed.SeedsOf(0, count), -1) : null;
        }

        _faults = new StartFaults(bed, _main);
        _changes = new StartChanges(bed, _main, _faults);
    }

    public static StartReport Execute(ulong seed, StartPlant plant = StartPlant.None, Action<string>? watch = null)
    {
        SeededRandom shape = new RandomStreams(seed).Of("shape");
        TimeSpan evictAfter = shape.Chance(0.5) ? TimeSpan.Zero : shape.NextTime(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15));
        using StartBed bed = new(seed, machines: 10, evictAfter, plant);
        bed.Scheduler.Watch = watch;
        string? violation;
        try
        {
            violation = new StartRun(bed, shape).Play() ?? bed.Oracles.Violation;
            bed.Scheduler.Finish();
        }
        catch (SimulationFailedException failure)
        {
            violation = failure.ToString();
        }

        return new StartReport(
            seed, bed.Oracles.Documents, bed.Counts, bed.Network.Counts, bed.Scheduler.Now, bed.Scheduler.Steps, bed.Scheduler.Trace.ToString()!, violation);
    }

    private string? Play()
    {
        int early = 1 + _shape.Next(_main.Count);
        foreach (StartMachine machine in _main)
        {
            StartAfter(machine, machine.Index < early ? _shape.NextTime(TimeSpan.FromSeconds(3)) : _shape.NextTime(TimeSpan.FromSeconds(60)));
        }

        foreach (StartMachine machine in _neighbours)
        {
            StartAfter(machine, _shape.NextTime(TimeSpan.FromSeconds(5)));
            _bed.Later(_shape.NextTime(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60)), () => Mislead(machine));
        }

        _faults.Start();
        _changes.Start();
        _bed.RunUntil(static () => false, _shape.NextTime(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90)));
        _faults.Stop();
        _changes.Stop();
        _faults.Sleep();
        return _bed.Oracles.Violation ?? Recover() ?? Change() ?? Restart();
    }

    /// <summary>A neighbour is started again with seeds of both clusters.</summary>
    private void Mislead(StartMachine machine)
    {
        if (machine.Parts is not null)
        {
            machine.Crash(withPower: false);
            machine.Seeds = StartBed.SeedsOf([0, .. _neighbours.Select(neighbour => neighbour.Index)]);
            machine.Start();
        }
    }

    /// <summary>Members that are known come back first, then whoever may have been removed while it was away, which must be told so.</summary>
    private string? Recover()
    {
        _bed.RunUntil(static () => false, TimeSpan.FromSeconds(5)); // whatever was stopping has stopped
        TopologyDocument? known = _bed.Oracles.LastOf(0);
        List<StartMachine> away = [.. _main.Where(machine => machine.Process is null)];
        foreach (StartMachine machine in away.Where(machine => known is null || machine.Disk is null || known.Find(machine.Disk.Member) is not null))
        {
            machine.Start();
        }

        if (!_bed.RunUntil(() => IsSettled(away), RecoveryMax))
        {
            return Failure("are not at one epoch", AllMembers().Concat(_main));
        }

        List<StartMachine> late = [.. away.Where(machine => machine.Process is null)];
        foreach (StartMachine machine in late)
        {
            if (machine.KnowsItIsRemoved)
            {
                machine.Wipe();
                machine.Seeds = StartBed.SeedsOf(_main.Select(other => other.Index));
            }

            machine.Start();
        }

        bool isOver = false;
        bool agree = _bed.RunUntil(
            () =>
            {
                isOver = late.Any(machine => machine.IsRemoved);
                return isOver || _bed.Oracles.Disagreement(_main) is null;
            },
            RecoveryMax);
        return isOver ? "a member that was removed while it was away was not told so when it came back"
            : !agree ? Failure("do not agree", _main)
            : Apart();
    }

    /// <summary>Whether all members of the last epoch that was decided are at it, and nothing is under way.</summary>
    private bool IsSettled(List<StartMachine> away) =>
        _bed.Oracles.LastOf(0) is { Next: null } last
        && last.Members.All(member => away.Any(machine => machine.Process is null && machine.Disk?.Member == member.Id)
            || _bed.Oracles.OwnerOf(member.Id)?.Parts?.Member is { IsServing: true } running && running.Topologies.Current.Epoch == last.Epoch);

    private IEnumerable<StartMachine> AllMembers() =>
        (_bed.Oracles.LastOf(0)?.Members ?? []).Select(member => _bed.Oracles.OwnerOf(member.Id)!).Distinct();

    /// <summary>The neighbours are a cluster of their own still, and whoever has seeds in both is in none.</summary>
    private string? Apart()
    {
        if (_neighbours.Count == 0)
        {
            return null;
        }

        _between?.Start();
        bool agree = _bed.RunUntil(() => _bed.Oracles.Disagreement(_neighbours) is null, ChangeMax);
        _bed.RunUntil(static () => false, TimeSpan.FromSeconds(5));
        return !agree ? Failure("do not agree, next to another cluster", _neighbours)
            : _between?.Parts is not null ? $"{_between.Name} is in a cluster though its seeds belong to two"
            : null;
    }

    private string? Change()
    {
        StartMachine going = _main[_shape.Next(_main.Count)];
        TopologyMember member = _bed.Oracles.LastOf(0)!.Find(going.Parts!.Member.Id)!;
        List<StartMachine> staying = [.. _main.Where(machine => machine != going)];
        bool decided = _bed.RunUntil(
            () =>
            {
                if (_bed.Oracles.LastOf(0) is { Next: null } last && last.Find(member.Id) is not null)
                {
                    _changes.Ask(staying[_shape.Next(staying.Count)], MembershipChange.Leave, member, isForced: true);
                }

                return _bed.Oracles.LastOf(0)?.Find(member.Id) is null;
            },
            ChangeMax);
        bool agree = decided && _bed.RunUntil(() => _bed.Oracles.Disagreement(_main) is null, RecoveryMax);
        return !decided ? Failure($"do not let {going.Name} go", _main)
            : !agree ? Failure("do not agree after one more change", _main)
            : null;
    }

    private string? Restart()
    {
        uint epoch = _bed.Oracles.LastOf(0)!.Epoch.Number;
        bool withPower = _shape.Chance(0.5);
        foreach (StartMachine machine in _main)
        {
            machine.Crash(withPower);
            StartAfter(machine, _shape.NextTime(TimeSpan.FromSeconds(3)));
        }

        bool agree = _bed.RunUntil(() => _bed.Oracles.Disagreement(_main) is null, ChangeMax);
        return !agree ? Failure("do not agree after a restart of all", _main)
            : _bed.Oracles.LastOf(0)!.Epoch.Number != epoch ? string.Create(CultureInfo.InvariantCulture, $"a restart of all decided epoch {epoch + 1}")
            : null;
    }

    private void StartAfter(StartMachine machine, TimeSpan delay) => _bed.Later(delay, () =>
    {
        if (machine.Process is null)
        {
            machine.Start();
        }
    });

    private string Failure(string what, IEnumerable<StartMachine> machines) =>
        _bed.Oracles.Violation ?? $"machines {what}: {_bed.Oracles.Disagreement([.. machines.Distinct()])}";
}
