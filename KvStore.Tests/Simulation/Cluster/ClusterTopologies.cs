using KvStore.Node;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>
/// The chain of topologies of a run, decided at once and for good, as an election would: members propose that a change be
/// completed, and chance begins changes, gives them up and lets each machine know of what was decided sooner or later.
/// </summary>
internal sealed class ClusterTopologies
{
    private readonly SimulatedCluster _cluster;
    private readonly List<TopologySnapshot> _snapshots = [];
    private readonly TopologyChain _chain;
    private readonly SeededRandom _random;
    private bool _stopped;

    public ClusterTopologies(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _random = cluster.Streams.Of("topologies");
        _snapshots.Add(ComputedTables.SnapshotOf(Owners.Document(cluster.Shape.Members, cluster.Shape.Replication)));
        _chain = new TopologyChain([First.Document]);
    }

    public TopologySnapshot First => _snapshots[0];

    public TopologySnapshot Last => _snapshots[^1];

    public int Count => _snapshots.Count;

    /// <summary>Changes that were completed, and given up.</summary>
    public int Completed { get; private set; }

    public int Abandoned { get; private set; }

    /// <summary>Whether as many changes were made as there are to be, or no machine is left that could join.</summary>
    public bool HasMadeChanges => Completed + Abandoned >= _cluster.Shape.Changes || !Spare.Any();

    /// <summary>Begins, now and then, to change the members.</summary>
    public void Start()
    {
        if (_cluster.Shape.Moves)
        {
            ScheduleChange();
            SchedulePublish();
        }
    }

    /// <summary>No change is begun any more; one that is under way goes on.</summary>
    public void Stop() => _stopped = true;

    /// <summary>Whether no change is under way and every member is at it.</summary>
    public bool IsSettled => Last.Document.Next is null
        && _cluster.Members.All(member => Last.Find(member.Id) is null || (member.IsServing && member.Member!.Topologies.Current.Epoch == Last.Epoch));

    /// <summary>The topology that a machine begins with where its disk holds none; null if the cluster does not know it.</summary>
    public TopologySnapshot? FirstOf(MemberId member) => First.Find(member) is not null ? First : Last.Find(member) is not null ? Last : null;

    public TopologySnapshot At(Epoch epoch) => _snapshots[(int)epoch.Number - 1];

    /// <summary>A member has seen that the change of this epoch can be completed.</summary>
    public void Propose(Epoch joint)
    {
        if (Last.Epoch == joint && Last.Document.Next is not null)
        {
            Completed++;
            Decide(Succession.Complete(Last.Document));
        }
    }

    /// <summary>A document is decided. Nobody knows yet.</summary>
    public TopologySnapshot Decide(TopologyDocument document)
    {
        Invariant.Holds(Succession.ProblemFor(Last.Document, document) is null);
        _chain.Append(document);
        _snapshots.Add(ComputedTables.SnapshotOf(document));
        _cluster.Scheduler.Record([(long)document.Epoch.Number, document.Members.Count], () => Describe(document));
        return Last;
    }

    /// <summary>Begins a change.</summary>
    public TopologySnapshot Begin(IReadOnlyList<SimulatedMember> joining, IReadOnlyList<MemberId> leaving) => Decide(Succession.Begin(
        _chain, [.. joining.Select(member => Owners.Member(member.Index + 1) with { State = MemberState.Joining })], leaving));

    /// <summary>Tells a machine everything that was decided.</summary>
    public void Tell(SimulatedMember member)
    {
        if (member.Process is null && Last.Find(member.Id) is not null && First.Find(member.Id) is null && member.IsFresh)
        {
            member.Start();
        }

        if (member.Process is { } process && member.Member is { } told)
        {
            process.Post(() =>
            {
                foreach (TopologySnapshot snapshot in _snapshots)
                {
                    told.Epochs.Take(snapshot.Document, _ => snapshot);
                }
            });
        }
    }

    private void ScheduleChange()
    {
        int mean = (int)_cluster.Shape.ChangeEvery.TotalMilliseconds;
        _cluster.Scheduler.World.PostAfter(TimeSpan.FromMilliseconds(_random.Next(mean / 4, mean * 2)), Change);
    }

    private void SchedulePublish() =>
        _cluster.Scheduler.World.PostAfter(TimeSpan.FromMilliseconds(_random.Next(1, _stopped ? 50 : 2 * (int)_cluster.Shape.TellEvery.TotalMilliseconds)), Publish);

    private void Publish()
    {
        IReadOnlyList<SimulatedMember> present = _cluster.Present;
        Tell(present[_random.Next(present.Count)]);
        SchedulePublish();
    }

    private void Change()
    {
        if (_stopped)
        {
            return;
        }

        ScheduleChange();
        if (Last.Document.Next is not null)
        {
            if (_random.Next(_cluster.Shape.GivenUpOfLooks) == 0)
            {
                Abandoned++;
                Decide(Succession.Abandon(Last.Document));
            }

            return;
        }

        DrawChange();
    }

    private IEnumerable<SimulatedMember> Spare => _cluster.Members.Where(member => Last.Find(member.Id) is null && First.Find(member.Id) is null && member.IsFresh);

    /// <summary>Up to two leave and up to two join, at once; three members stay at least.</summary>
    private void DrawChange()
    {
        SwitchOffSome();
        List<MemberId> current = [.. Last.Document.Current];
        List<SimulatedMember> spare = [.. Spare];
        int joining = Math.Min(spare.Count, _random.Next(3));
        int leaving = Math.Min(_random.Next(3), current.Count + joining - ClusterShape.MembersLeast);
        leaving = Math.Max(leaving, current.Count + joining - _cluster.Shape.MembersMost);
        if (joining + leaving == 0)
        {
            return;
        }

        List<MemberId> left = [];
        for (int i = 0; i < leaving; i++)
        {
            MemberId member = current[_random.Next(current.Count)];
            current.Remove(member);
            left.Add(member);
        }

        Begin([.. spare.Take(joining)], left);
    }

    /// <summary>Of many machines that left, some go on for a while, as they do where nobody looks after them.</summary>
    private void SwitchOffSome()
    {
        if (_cluster.Shape.Changes > 0)
        {
            foreach (SimulatedMember gone in _cluster.Present.Where(member => Last.Find(member.Id) is null && _random.Next(2) == 0))
            {
                gone.Crash(withPower: false);
            }
        }
    }

    private static string Describe(TopologyDocument document)
    {
        string Names(IEnumerable<MemberId> set) => string.Join(' ', set.Select(id => document.Find(id)!.Name));
        return $"epoch {document.Epoch}: {Names(document.Current)}" + (document.Next is null ? "" : $" > {Names(document.Next)}");
    }
}
