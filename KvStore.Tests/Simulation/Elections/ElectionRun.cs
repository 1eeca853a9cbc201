using System.Globalization;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Tests.Simulation.Elections;

/// <summary>
/// One seed: members propose changes against each other while machines crash, pause and are cut off and clocks jump; then
/// everything heals, all members must come to the same epoch, and one more change must be decided.
/// </summary>
internal sealed class ElectionRun
{
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(30);

    /// <summary>Virtual time after healing by which the views must agree and a change must be decided.</summary>
    private static readonly TimeSpan RecoveryMax = TimeSpan.FromSeconds(60);

    private readonly ElectionBed _bed;
    private readonly SeededRandom _workload;
    private readonly SeededRandom _faults;
    private readonly Dictionary<ElectionOutcome, int> _outcomes = [];
    private double _strikeRate;

    private ElectionRun(ElectionBed bed)
    {
        _bed = bed;
        _workload = bed.Streams.Workload;
        _faults = bed.Streams.Faults;
    }

    public static ElectionReport Execute(ulong seed, ElectionPlant plant = ElectionPlant.None, Action<string>? watch = null)
    {
        using ElectionBed bed = new(seed, plant);
        bed.Scheduler.Watch = watch;
        ElectionRun run = new(bed);
        string? violation;
        try
        {
            violation = run.Play() ?? bed.Check();
            bed.Scheduler.Finish();
        }
        catch (SimulationFailedException failure)
        {
            violation = failure.ToString();
        }

        return new ElectionReport(
            seed,
            bed.Epochs,
            run._outcomes.GetValueOrDefault(ElectionOutcome.Decided),
            run._outcomes.GetValueOrDefault(ElectionOutcome.Superseded),
            run._outcomes.GetValueOrDefault(ElectionOutcome.Unknown),
            bed.Crashes,
            bed.Network.Counts,
            bed.Scheduler.Trace.ToString()!,
            violation);
    }

    private string? Play()
    {
        _strikeRate = _faults.Chance(0.3) ? 0 : 0.3 * _faults.NextDouble();
        _bed.Leaving = Strikes;
        Again(_workload, TimeSpan.FromMilliseconds(600), Propose);
        Again(_faults, TimeSpan.FromMilliseconds(500), Disturb);
        _bed.Scheduler.RunUntil(() => _bed.Violation is not null, Work);
        _bed.IsDisturbed = false;
        _bed.Network.HealAll();
        _bed.Network.Conditions = NetworkConditions.Calm;
        foreach (ElectionMachine machine in _bed.Machines)
        {
            machine.Clock.Correct();
            machine.Process?.Resume();
            if (machine.Process is null)
            {
                machine.Start();
            }
        }

        return _bed.Violation ?? Recover();
    }

    private string? Recover()
    {
        TimeSpan deadline = _bed.Scheduler.Now + RecoveryMax;
        uint reached = _bed.LastEpoch;
        Again(_workload, TimeSpan.FromMilliseconds(1500), () =>
        {
            if (_bed.LastEpoch == reached)
            {
                ProposeAt(_bed.Machines[_bed.IndexOf(_bed.Last.Current[0])]);
            }
        }, () => _bed.LastEpoch > reached);
        bool decided = _bed.Scheduler.RunUntil(() => _bed.Violation is not null || _bed.LastEpoch > reached, deadline);
        bool agreed = _bed.Scheduler.RunUntil(
            () => _bed.Violation is not null || _bed.Last.Members.All(member => Epoch(member.Id) == _bed.LastEpoch), deadline);
        return _bed.Violation
            ?? (!decided ? string.Create(CultureInfo.InvariantCulture, $"nothing was decided within {RecoveryMax.TotalSeconds} s after healing, at epoch {reached}")
            : !agreed ? $"members are at epochs {string.Join(' ', _bed.Last.Members.Select(member => Epoch(member.Id)))} after healing"
            : null);
    }

    private uint Epoch(MemberId member) => _bed.Machines[_bed.IndexOf(member)].Election?.InForce.Epoch.Number ?? 0;

    private void Propose()
    {
        if (!_bed.IsDisturbed)
        {
            return;
        }

        // Two or three at once, so that they duel.
        for (int proposers = 1 + _workload.Next(3); proposers > 0; proposers--)
        {
            ProposeAt(_bed.Machines[_workload.Next(_bed.Machines.Count)]);
        }
    }

    private void ProposeAt(ElectionMachine machine)
    {
        ulong choice = _workload.NextWord();
        machine.Process?.Run(async () =>
        {
            if (await machine.Election!.ProposeAsync(chain => Change(chain, new SeededRandom(choice))) is { } outcome)
            {
                _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
            }
        });
    }

    private TopologyDocument? Change(TopologyChain chain, SeededRandom choice)
    {
        TopologyDocument last = chain.Last;
        if (last.Next is not null)
        {
            return choice.Chance(0.7) ? Succession.Complete(last) : Succession.Abandon(last);
        }

        TopologyMember[] joining = [.. _bed.Machines.Select(machine => machine.Self)
            .Where(member => last.Find(member.Id) is null && choice.Chance(0.4))];
        MemberId[] admitted = [.. last.Members.Where(member => member.State == MemberState.Joining).Select(member => member.Id)];
        if (admitted.Length > 0 && choice.Chance(0.2))
        {
            return Succession.TurnAway(last, admitted);
        }

        if (admitted.Length == 0 && joining.Length > 0 && choice.Chance(0.3))
        {
            return Succession.LetIn(chain, joining, []);
        }

        MemberId[] leaving = [.. last.Members.Select(member => member.Id).Where(_ => choice.Chance(0.3))];
        bool someoneStays = last.Members.Count + joining.Length - leaving.Length >= 2;
        return someoneStays && joining.Length + leaving.Length > 0 ? Succession.Begin(chain, joining, leaving) : null;
    }

    private void Disturb()
    {
        if (!_bed.IsDisturbed)
        {
            return;
        }

        ElectionMachine machine = _bed.Machines[_faults.Next(_bed.Machines.Count)];
        TimeSpan length = _faults.NextTime(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(1500));
        switch (_faults.Next(5))
        {
            case 0:
                Crash(machine, length);
                break;
            case 1 when machine.Process is { IsPaused: false } process:
                process.Pause();
                Later(length, process.Resume);
                break;
            case 2 or 3:
                _bed.Network.Partition([.. Enumerable.Range(0, _bed.Machines.Count).Where(_ => _faults.Chance(0.5))]);
                Later(length, _bed.Network.HealAll);
                break;
            case 4:
                machine.Clock.Jump(TimeSpan.FromDays(_faults.Next(-3650, 3651)));
                break;
            default:
                break;
        }
    }

    /// <summary>
    /// Where a restart must not have forgotten anything: a voter that has just voted, and the proposer that has just got its
    /// majority and told nobody yet, with voters that go down with it. The machines are back at once, and somebody proposes.
    /// </summary>
    private bool Strikes(ElectionMachine machine, ElectionMessage message)
    {
        if (!_bed.IsDisturbed || !_faults.Chance(_strikeRate))
        {
            return true;
        }

        if (message.Kind is ElectionMessageKind.Promise or ElectionMessageKind.Accepted)
        {
            Later(_faults.NextTime(TimeSpan.FromMilliseconds(2)), () => Crash(machine, TimeSpan.Zero));
        }
        else if (message.Kind == ElectionMessageKind.Documents && message.Documents.Count == 1)
        {
            Later(TimeSpan.Zero, () => Crash(machine, TimeSpan.FromSeconds(1)));
            foreach (ElectionMachine other in _bed.Machines.Where(other => other != machine && _faults.Chance(0.5)))
            {
                Later(TimeSpan.Zero, () => Crash(other, _faults.NextTime(TimeSpan.FromMilliseconds(50))));
            }

            Later(TimeSpan.FromMilliseconds(60), Propose);
            return false;
        }

        return true;
    }

    private void Crash(ElectionMachine machine, TimeSpan down)
    {
        if (machine.Process is null || !_bed.IsDisturbed)
        {
            return;
        }

        _bed.Crashes++;
        machine.Crash(withPower: _faults.Chance(0.5));
        Later(down, () =>
        {
            if (machine.Process is null)
            {
                machine.Start();
            }
        });
    }

    private void Later(TimeSpan delay, Action action) => _bed.Scheduler.World.PostAfter(delay, action);

    private void Again(SeededRandom random, TimeSpan most, Action action, Func<bool>? until = null)
    {
        Later(random.NextTime(most), () =>
        {
            action();
            if (until is null ? _bed.IsDisturbed : !until())
            {
                Again(random, most, action, until);
            }
        });
    }
}
