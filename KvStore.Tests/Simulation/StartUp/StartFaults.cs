using KvStore.Node.Ring;

namespace KvStore.Tests.Simulation.StartUp;

/// <summary>
/// What happens to the machines of a <see cref="StartBed"/>: crashes, pauses, partitions, clocks that jump, restarts of all, and
/// disks that are lost, one at a time and only where the others can do without.
/// </summary>
internal sealed class StartFaults
{
    private readonly StartBed _bed;
    private readonly IReadOnlyList<StartMachine> _machines;
    private readonly SeededRandom _random;
    private readonly TimeSpan _every;
    private readonly double _strikeRate;
    private bool _stopped;

    /// <param name="machines">That faults happen to; the network fails for all.</param>
    public StartFaults(StartBed bed, IReadOnlyList<StartMachine> machines)
    {
        _bed = bed;
        _machines = machines;
        _random = bed.Streams.Faults;
        _every = _random.NextTime(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(8));
        _strikeRate = _random.Chance(0.5) ? 0 : 0.4 * _random.NextDouble();
    }

    /// <summary>
    /// Whether a current member's disk is lost, or was never made because its node was started again before it entered: then
    /// nothing more must be lost, by a power cut neither, until it was replaced.
    /// </summary>
    public bool IsShortOfADisk
    {
        get
        {
            _bed.Oracles.Observe();
            return _bed.Oracles.LastOf(0) is { } last
                && last.Current.Select(last.Find).Any(member => _machines.First(machine => machine.Name == member!.Name).Disk?.Member != member!.Id);
        }
    }

    public void Start()
    {
        foreach (StartMachine machine in _machines)
        {
            machine.Founded = Strike;
            machine.DiskSlowness = _random.Chance(0.2) ? 1 + _random.Next(200) : 1;
        }

        Schedule();
    }

    /// <summary>Ends all faults; what is down stays down.</summary>
    public void Stop()
    {
        _stopped = true;
        _bed.Heal();
        _bed.Network.Conditions = NetworkConditions.Calm;
        foreach (StartMachine machine in _machines)
        {
            machine.Founded = null;
            machine.DiskSlowness = 1;
            machine.Clock.Correct();
            Resume(machine);
        }
    }

    private void Schedule() => _bed.Later(_random.NextTime(_every) + _random.NextTime(_every), () =>
    {
        if (!_stopped)
        {
            _bed.Counts.Faults++;
            Disturb(_machines[_random.Next(_machines.Count)]);
            Schedule();
        }
    });

    private void Disturb(StartMachine machine)
    {
        switch (_random.Next(12))
        {
            case 0 or 1:
                Crash(machine, withPower: _random.Chance(0.5), DownTime());
                break;
            case 2 or 3:
                Pause(machine, _random.NextTime(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(_random.Chance(0.2) ? 60 : 4)));
                break;
            case 4 or 5 or 6:
                Partition();
                break;
            case 7:
                machine.Clock.Jump(TimeSpan.FromDays(_random.Next(-3650, 3651)));
                break;
            case 8:
                machine.Stop();
                StartLater(machine, DownTime());
                break;
            case 9 when _random.Chance(0.4):
                RestartAll();
                break;
            case 10:
                Wipe(machine);
                break;
            default:
                _bed.Network.Conditions = _random.Chance(0.4) ? NetworkConditions.Calm : Lossy();
                break;
        }
    }

    private TimeSpan DownTime() => _random.NextTime(TimeSpan.FromSeconds(_random.Chance(0.25) ? 60 : 4));

    private NetworkConditions Lossy() => new()
    {
        DelaySpread = _random.NextTime(TimeSpan.FromMilliseconds(_random.Chance(0.3) ? 60 : 2)),
        DoublingsMax = 1 + _random.Next(6),
        LossRate = 0.25 * _random.NextDouble() * _random.NextDouble(),
        DuplicationRate = 0.2 * _random.NextDouble(),
    };

    private void Crash(StartMachine machine, bool withPower, TimeSpan down)
    {
        if (machine.Process is not null && !IsBetween(machine))
        {
            _bed.Counts.Crashes++;
            machine.Crash(withPower && !IsShortOfADisk);
            StartLater(machine, down);
        }
    }

    /// <summary>Whether it is counted on already and has no disk yet, while another cannot do without it.</summary>
    private bool IsBetween(StartMachine machine) => machine.Disk is null && IsShortOfADisk
        && _bed.Oracles.LastOf(0)!.Members.Any(member => member.Name == machine.Name)
        && _machines.Any(other => other.Disk is not null && other.Parts?.Member is not { IsVoting: true });

    private void StartLater(StartMachine machine, TimeSpan down) => _bed.Later(down, () =>
    {
        if (!_stopped && machine.Process is null)
        {
            machine.Start();
        }
    });

    private void Pause(StartMachine machine, TimeSpan length)
    {
        if (machine.Process is { IsPaused: false } process)
        {
            _bed.Counts.Pauses++;
            process.Pause();
            _bed.Later(length, () => Resume(machine));
        }
    }

    private void Resume(StartMachine machine)
    {
        if (machine.Process is { IsPaused: true } process)
        {
            machine.TroubledAt = _bed.Scheduler.Now;
            process.Resume();
        }
    }

    /// <summary>
    /// Now and then all machines are put to sleep for up to an hour, as when a whole room of virtual machines is, or more rarely
    /// one alone, while nothing else goes wrong.
    /// </summary>
    public void Sleep()
    {
        bool isAll = _random.Chance(0.15);
        if (isAll || _random.Chance(0.03))
        {
            StartMachine one = _machines[_random.Next(_machines.Count)];
            TimeSpan length = _random.NextTime(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(60));
            foreach (StartMachine machine in isAll ? _bed.Machines : [one])
            {
                Pause(machine, length);
            }

            _bed.RunUntil(static () => false, length + TimeSpan.FromSeconds(5));
        }
    }

    private void Partition()
    {
        _bed.Counts.Partitions++;
        int count = _bed.Machines.Count;
        int one = _random.Next(count);
        int other = _random.Next(count);
        int[] side = [.. Enumerable.Range(0, count).Where(_ => _random.Chance(0.5))];
        TimeSpan period = _random.NextTime(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3));
        int kind = _random.Next(5);
        _bed.Cut(network =>
        {
            switch (kind)
            {
                case 0:
                    network.Partition(side);
                    break;
                case 1:
                    network.Isolate(one);
                    break;
                case 2:
                    network.CutOneWay(one, other);
                    break;
                case 3:
                    network.CutBothWays(one, other);
                    break;
                default:
                    network.Flap(one, other, period);
                    break;
            }
        });
        _bed.Later(_random.NextTime(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(_random.Chance(0.2) ? 45 : 5)), _bed.Heal);
    }

    private void RestartAll()
    {
        _bed.Counts.MassRestarts++;
        bool withPower = _random.Chance(0.5);
        foreach (StartMachine machine in _machines)
        {
            Crash(machine, withPower, _random.NextTime(TimeSpan.FromSeconds(3)));
        }
    }

    /// <summary>Where all others vote, and a majority of them can replace the member.</summary>
    private void Wipe(StartMachine machine)
    {
        _bed.Oracles.Observe();
        if (IsShortOfADisk
            || _bed.Oracles.LastOf(0) is not { Next: null, Current.Count: >= 3 } last
            || machine.Disk?.Member is not { } member
            || !last.Current.Contains(member)
            || last.Current.Any(other => other != member && _bed.Oracles.OwnerOf(other)?.Parts?.Member is not { IsVoting: true }))
        {
            return;
        }

        _bed.Counts.Wipes++;
        if (machine.Process is not null)
        {
            _bed.Counts.Crashes++;
            machine.Crash(withPower: true);
        }

        machine.Wipe();
        machine.Seeds = StartBed.SeedsOf(_machines.Select(other => other.Index));
        StartLater(machine, DownTime());
    }

    /// <summary>Machines go down right after they made their store, before or after the first of it is on disk.</summary>
    private void Strike(StartMachine machine)
    {
        if (_random.Chance(_strikeRate) && !IsShortOfADisk)
        {
            _bed.Later(_random.NextTime(TimeSpan.FromMilliseconds(5) * machine.DiskSlowness), () => Crash(machine, _random.Chance(0.7), _random.NextTime(TimeSpan.FromSeconds(2))));
        }
    }
}
