using System.Globalization;

namespace KvStore.Tests.Simulation.Toy;

/// <summary>Five toy members for three virtual seconds under every fault the bed has, all decided by one seed.</summary>
internal sealed class ToyRun
{
    private const int Members = 5;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(3);

    private readonly RandomStreams _streams;
    private readonly SimulatedScheduler _scheduler;
    private readonly SimulatedNetwork _network;
    private readonly SimulatedClock[] _clocks;
    private readonly ModelDisk[] _disks;
    private readonly SimulatedProcess[] _processes = new SimulatedProcess[Members];
    private readonly ToyMember[] _members = new ToyMember[Members];
    private readonly ToyCounts _counts = new();

    private ToyRun(ulong seed, SimulatedScheduler scheduler, RandomStreams streams)
    {
        Seed = seed;
        _streams = streams;
        _scheduler = scheduler;
        _network = new SimulatedNetwork(scheduler, streams.Network, Members)
        {
            Conditions = NetworkConditions.Calm with { LossRate = 0.02, DuplicationRate = 0.02, CorruptionRate = 0.01, DoublingsMax = 8 },
        };
        _clocks = [.. Enumerable.Range(0, Members).Select(_ => new SimulatedClock(scheduler))];
        _disks = [.. Enumerable.Range(0, Members).Select(_ => new ModelDisk(scheduler, streams.Disk) { Conditions = DiskConditions.Calm with { FailureRate = 0.001 } })];
    }

    public ulong Seed { get; }

    public ToyCounts Counts => _counts;

    public NetworkCounts Network => _network.Counts;

    public long Steps => _scheduler.Steps;

    public ulong Trace => _scheduler.Trace.Value;

    public static ToyRun Play(ulong seed, Action<string>? watch = null)
    {
        var streams = new RandomStreams(seed);
        using var scheduler = new SimulatedScheduler(streams.Schedule) { Watch = watch };
        var run = new ToyRun(seed, scheduler, streams);
        for (var member = 0; member < Members; member++)
        {
            run.Start(member);
        }

        scheduler.World.Post(run.Disturb);
        scheduler.RunFor(Length);
        foreach (var member in run._members)
        {
            member.Stop();
        }

        scheduler.RunFor(TimeSpan.FromSeconds(1));
        scheduler.Record(string.Join(' ', run._disks.SelectMany(disk => disk.Files.Select(disk.LengthOf))));
        scheduler.Finish();
        return run;
    }

    /// <summary>One line: all that another process must get for the same seed.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed} trace {Trace:x16} steps {Steps} answered {_counts.Answered} of {_counts.Asked} delivered {_network.Counts.Delivered}");

    private void Start(int member)
    {
        var process = _scheduler.NewProcess($"n{member}");
        _processes[member] = process;
        _members[member] = new ToyMember(
            member, process, new SimulatedTime(process, _clocks[member]), _network, _disks[member], _streams.Of($"n{member}.{process.Number}"), _counts);
        _members[member].Start();
    }

    private void Disturb()
    {
        var faults = _streams.Faults;
        var member = faults.Next(Members);
        var other = faults.Next(Members);
        switch (faults.Next(8))
        {
            case 0:
                Crash(member);
                break;
            case 1:
                _counts.Pauses++;
                var paused = _processes[member];
                paused.Pause();
                _scheduler.World.PostAfter(faults.NextTime(TimeSpan.FromMilliseconds(200)), paused.Resume);
                break;
            case 2:
                _network.CutOneWay(member, other);
                break;
            case 3:
                _network.Isolate(member);
                break;
            case 4:
                _network.Flap(member, other, TimeSpan.FromMilliseconds(5));
                break;
            case 5:
                _counts.ClockJumps++;
                _clocks[member].Jump(_streams.Clocks.NextTime(TimeSpan.FromHours(-1), TimeSpan.FromHours(1)));
                break;
            case 6:
                _clocks[member].Drift(_streams.Clocks.Next(-500, 500));
                break;
            default:
                _network.HealAll();
                break;
        }

        _scheduler.World.PostAfter(faults.NextTime(TimeSpan.FromMilliseconds(100)), Disturb);
    }

    private void Crash(int member)
    {
        _counts.Crashes++;
        _processes[member].Kill();
        _disks[member].LosePower();
        var process = _processes[member];
        _scheduler.World.PostAfter(_streams.Faults.NextTime(TimeSpan.FromMilliseconds(100)), () =>
        {
            if (_processes[member] == process)
            {
                Start(member);
            }
        });
    }
}
