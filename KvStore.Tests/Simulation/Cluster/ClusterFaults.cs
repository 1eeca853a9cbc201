namespace KvStore.Tests.Simulation.Cluster;

/// <summary>
/// Hurts a cluster until it is told to stop: crashes of one and of many, pauses, partitions, one-way cuts, clocks put
/// forward and back, slow and full disks, slow links and members, one disk damaged. Then it heals everything but that.
/// </summary>
internal sealed class ClusterFaults(SimulatedCluster cluster)
{
    private readonly SeededRandom _random = cluster.Streams.Faults;
    private readonly ClusterDamage _damage = new(cluster);
    private bool _stopped;

    /// <summary>Faults so far.</summary>
    public int Count { get; private set; }

    /// <summary>Faults that came while a client waited for an answer.</summary>
    public int WhileInFlight { get; private set; }

    /// <summary>How many operations are in flight: the workload's count.</summary>
    public required Func<int> InFlight { get; init; }

    public void Start()
    {
        cluster.Network.Conditions = NetworkConditions.Calm with
        {
            LossRate = cluster.Shape.LossRate,
            DuplicationRate = cluster.Shape.LossRate,
            CorruptionRate = _random.Next(4) == 0 ? 0.0005 : 0,
            DoublingsMax = _random.Next(3, 9),
        };
        // Soon: a lucky cluster would otherwise be done before anything happens to it.
        cluster.Scheduler.World.PostAfter(TimeSpan.FromMilliseconds(_random.Next(5, 60)), Strike);
    }

    /// <summary>No more faults: links are good, everything runs. Clocks stay wrong, which must not matter.</summary>
    public void Heal()
    {
        _stopped = true;
        cluster.Network.HealAll();
        cluster.Network.Conditions = NetworkConditions.Calm;
        cluster.SlowDisk = null;
        foreach (SimulatedMember member in cluster.Members)
        {
            member.FreeDisk();
            Restart(member);
            if (member.Process is { IsPaused: true } paused)
            {
                paused.Resume();
            }
        }
    }

    private void ScheduleNext()
    {
        int mean = (int)cluster.Shape.FaultEvery.TotalMilliseconds;
        cluster.Scheduler.World.PostAfter(TimeSpan.FromMilliseconds(_random.Next(mean / 4, mean * 2)), Strike);
    }

    private void Strike()
    {
        if (_stopped)
        {
            return;
        }

        Count++;
        WhileInFlight += InFlight() > 0 ? 1 : 0;
        IReadOnlyList<SimulatedMember> present = cluster.Present;
        Hurt(present[_random.Next(present.Count)]);
        ScheduleNext();
    }

    private void Hurt(SimulatedMember target)
    {
        switch (_random.Next(13))
        {
            case 0 or 1:
                CrashFor(target, _random.Next(20, 2_000), withPower: _random.Next(2) == 0);
                break;
            case 2:
                CrashMany();
                break;
            case 3:
                Pause(target, _random.Next(20, 4_000));
                break;
            case 4:
                Partition();
                break;
            case 5:
                CutOneWay(target);
                break;
            case 6:
                JumpClock(target);
                break;
            case 7:
                cluster.SlowDisk = target;
                break;
            case 8:
                Flap(target);
                break;
            case 9:
                Damage(target);
                break;
            case 10:
                FillDisk(target);
                break;
            case 11:
                SlowLink(target.Index, DrawIndex());
                break;
            case 12:
                SlowMember(target);
                break;
            default:
                throw new InvalidOperationException("No such fault");
        }
    }

    /// <summary>The machine's power fails, and when it comes back its disk holds less than before.</summary>
    private void Damage(SimulatedMember member)
    {
        CrashFor(member, _random.Next(20, 2_000), withPower: true);
        _damage.Strike(member, _random);
    }

    private void FillDisk(SimulatedMember member)
    {
        member.FillDisk(_random.Next(40));
        cluster.Scheduler.World.PostAfter(TimeSpan.FromMilliseconds(_random.Next(50, 3_000)), member.FreeDisk);
    }

    private void CrashFor(SimulatedMember member, int milliseconds, bool withPower)
    {
        member.Crash(withPower);
        cluster.Scheduler.World.PostAfter(TimeSpan.FromMilliseconds(milliseconds), () => Restart(member));
    }

    /// <summary>Power fails for most at once, and comes back soon: the moment for everything that was not on disk.</summary>
    private void CrashMany()
    {
        foreach (SimulatedMember member in cluster.Present)
        {
            if (_random.Next(3) != 0)
            {
                CrashFor(member, _random.Next(1, 300), withPower: true);
            }
        }
    }

    private void Restart(SimulatedMember member)
    {
        if (member.Process is null && (member.Disk.WrittenLsn > 0 || cluster.Topology.Find(member.Id) is not null))
        {
            member.Start();
        }
    }

    private void Pause(SimulatedMember member, int milliseconds)
    {
        if (member.Process is { IsPaused: false } process)
        {
            process.Pause();
            cluster.Scheduler.World.PostAfter(TimeSpan.FromMilliseconds(milliseconds), process.Resume);
        }
    }

    private void Partition()
    {
        int[] side = [.. cluster.Present.Select(member => member.Index).Where(_ => _random.Next(2) == 0)];
        cluster.Network.Partition(side);
        cluster.Scheduler.World.PostAfter(TimeSpan.FromMilliseconds(_random.Next(50, 2_000)), cluster.Network.HealAll);
    }

    private void CutOneWay(SimulatedMember from)
    {
        int to = DrawIndex();
        cluster.Network.CutOneWay(from.Index, to);
        cluster.Scheduler.World.PostAfter(TimeSpan.FromMilliseconds(_random.Next(50, 2_000)), () => cluster.Network.Heal(from.Index, to));
    }

    private int DrawIndex()
    {
        IReadOnlyList<SimulatedMember> present = cluster.Present;
        return present[_random.Next(present.Count)].Index;
    }

    /// <summary>Frames one way take from some ten to some hundred milliseconds.</summary>
    private void SlowLink(int from, int to)
    {
        cluster.Network.Slow(from, to, _random.Next(50, 1_000));
        cluster.Scheduler.World.PostAfter(TimeSpan.FromMilliseconds(_random.Next(100, 3_000)), () => cluster.Network.Heal(from, to));
    }

    /// <summary>Everybody hears from it late, and it from everybody.</summary>
    private void SlowMember(SimulatedMember member)
    {
        foreach (SimulatedMember other in cluster.Members.Where(other => other != member))
        {
            SlowLink(member.Index, other.Index);
            SlowLink(other.Index, member.Index);
        }
    }

    private void JumpClock(SimulatedMember member)
    {
        TimeSpan jump = _random.Next(8) == 0 ? TimeSpan.FromDays(3650) : TimeSpan.FromSeconds(_random.Next(1, 3_600));
        member.Clock.Jump(_random.Next(2) == 0 ? jump : -jump);
    }

    private void Flap(SimulatedMember member)
    {
        int other = DrawIndex();
        cluster.Network.Flap(member.Index, other, TimeSpan.FromMilliseconds(_random.Next(20, 300)));
        cluster.Scheduler.World.PostAfter(TimeSpan.FromMilliseconds(_random.Next(200, 2_000)), () => cluster.Network.Heal(member.Index, other));
    }
}
