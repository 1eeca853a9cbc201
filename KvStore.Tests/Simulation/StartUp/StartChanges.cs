using KvStore.Node;
using KvStore.Node.Hosting;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Tests.Simulation.StartUp;

/// <summary>
/// People at a <see cref="StartBed"/>: ask several members at once that others leave or be removed, and start what was removed
/// again on an empty disk, as they are told to.
/// </summary>
internal sealed class StartChanges(StartBed bed, IReadOnlyList<StartMachine> machines, StartFaults faults)
{
    private readonly SeededRandom _random = bed.Streams.Workload;
    private TimeSpan _every;
    private bool _stopped;

    /// <summary>Begins to ask for changes, now and then.</summary>
    public void Start()
    {
        _every = _random.NextTime(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15));
        Schedule();
        Tend();
    }

    /// <summary>Nothing is asked for any more.</summary>
    public void Stop() => _stopped = true;

    /// <summary>Asks a machine that a member go.</summary>
    /// <param name="successor">Of <see cref="MembershipChange.Replace"/>.</param>
    public void Ask(StartMachine asked, MembershipChange change, TopologyMember going, bool isForced, string successor = "")
    {
        if (asked.Process is not { } process || asked.Parts is not { } parts)
        {
            return;
        }

        bed.Counts.Asked++;
        bed.Oracles.Asked(going.Id, 1);
        process.Run(async () =>
        {
            ChangeAnswer answer = await parts.Topology.Changes.ApplyAsync(new ChangeOrder(change, going.Id.ToString(), isForced, successor), "");
            bed.Scheduler.Record($"{asked.Name} is asked that {going.Name} go ({change}): {answer.Verdict}");
            if (answer.Verdict == ChangeVerdict.Begun)
            {
                bed.Counts.Begun++;
            }
            else if (answer.Verdict != ChangeVerdict.Unknown && answer.Preview is null)
            {
                bed.Oracles.Asked(going.Id, -1);
            }
        });
    }

    private void Schedule() => bed.Later(_random.NextTime(_every) + _random.NextTime(_every), () =>
    {
        if (!_stopped)
        {
            Propose();
            Schedule();
        }
    });

    /// <summary>Up to three at once, so that they duel.</summary>
    private void Propose()
    {
        for (int proposers = 1 + _random.Next(3); proposers > 0; proposers--)
        {
            StartMachine asked = machines[_random.Next(machines.Count)];
            if (asked.Parts is { } parts)
            {
                IReadOnlyList<TopologyMember> members = parts.Member.Topologies.Current.Document.Members;
                TopologyMember going = members[_random.Next(members.Count)];
                bool isForced = _random.Chance(0.2) && members.Count > 2 && !faults.IsShortOfADisk;
                if (_random.Chance(0.15))
                {
                    Ask(asked, MembershipChange.Replace, going, isForced: false, machines[_random.Next(machines.Count)].Name);
                    continue;
                }

                Ask(asked, _random.Chance(0.6) ? MembershipChange.Leave : MembershipChange.Remove, going, isForced);
            }
        }
    }

    private void Tend() => bed.Later(_random.NextTime(TimeSpan.FromSeconds(4)), () =>
    {
        foreach (StartMachine machine in machines)
        {
            Renew(machine);
        }

        Tend();
    });

    /// <summary>
    /// What a person does with a member that says it was removed. It is given all others as seeds: if it had none but itself, or
    /// those that are as empty as it is, it could not know that there is a cluster.
    /// </summary>
    private void Renew(StartMachine machine)
    {
        if (machine.Parts is { } parts && machine.IsRemoved && machine.Process is { IsPaused: false }
            && bed.Oracles.LastOf(machine.Home)?.Find(parts.Member.Id) is null)
        {
            machine.Crash(withPower: false);
            machine.Wipe();
            machine.Seeds = StartBed.SeedsOf(machines.Select(other => other.Index));
            bed.Later(_random.NextTime(TimeSpan.FromSeconds(_stopped ? 1 : 15)), () =>
            {
                if (machine.Process is null)
                {
                    machine.Start();
                }
            });
        }
    }
}
