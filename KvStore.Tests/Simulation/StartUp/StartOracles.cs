using System.Globalization;
using KvStore.Node.Hosting;
using KvStore.Node.Membership;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Tests.Simulation.StartUp;

/// <summary>
/// What must hold of all that machines ever had on disk or in force: one document an epoch and none missing, one cluster of a
/// home, no member of two, and nobody gone who was neither asked to go nor away.
/// </summary>
internal sealed class StartOracles(StartBed bed)
{
    /// <summary>How much longer than it takes to be evicted a member must have been well for its eviction to be a false one.</summary>
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(20);

    private readonly Dictionary<(ClusterId Cluster, uint Epoch), TopologyDocument> _documents = [];
    private readonly Dictionary<SimulatedDisk, (int Read, uint Epoch)> _disks = [];
    private readonly Dictionary<MemberId, ClusterId> _clusters = [];
    private readonly Dictionary<MemberId, StartMachine> _owners = [];
    private readonly Dictionary<MemberId, int> _asked = [];
    private readonly Dictionary<int, ClusterId> _homes = [];
    private readonly Dictionary<int, TopologyDocument> _inForce = [];

    /// <summary>The first thing that must not be; null while there is none.</summary>
    public string? Violation { get; private set; }

    public int Documents => _documents.Count;

    /// <summary>The machine whose disk an identity was drawn for.</summary>
    public StartMachine? OwnerOf(MemberId member) => _owners.GetValueOrDefault(member);

    public void Belongs(MemberId member, StartMachine machine) => _owners[member] = machine;

    /// <summary>Somebody asks that a member go; <paramref name="by"/> -1: it was refused.</summary>
    public void Asked(MemberId member, int by) => _asked[member] = _asked.GetValueOrDefault(member) + by;

    /// <summary>The last document of a home's cluster; null if it has none.</summary>
    public TopologyDocument? LastOf(int home)
    {
        TopologyDocument? last = null;
        if (_homes.TryGetValue(home, out ClusterId cluster))
        {
            for (uint epoch = 1; _documents.TryGetValue((cluster, epoch), out TopologyDocument? next); epoch++)
            {
                last = next;
            }
        }

        return last;
    }

    public void Violate(string what) => Violation ??= string.Create(CultureInfo.InvariantCulture, $"at {bed.Scheduler.Now.TotalSeconds:0.000} s {what}");

    /// <summary>Looks at everything that came to disks since, and at what is in force.</summary>
    public void Observe()
    {
        foreach (StartMachine machine in bed.Machines)
        {
            if (machine.Disk is { } disk)
            {
                Observe(machine, disk);
            }

            if (machine.Parts?.Member.Topologies.Current.Document is { } document && !ReferenceEquals(_inForce.GetValueOrDefault(machine.Index), document))
            {
                _inForce[machine.Index] = document;
                Note(machine, document);
            }
        }
    }

    /// <summary>Why machines do not agree that they, and nobody else, are the members; null if they do.</summary>
    public string? Disagreement(IReadOnlyList<StartMachine> machines)
    {
        if (machines.FirstOrDefault(machine => machine.Parts is null || !machine.Parts.Member.IsServing) is { } without)
        {
            return $"{without.Name} is {without.Parts?.Member.State ?? $"in no cluster: {without.Life?.Reason}"} {without.Parts?.Member.Report().Reason}";
        }

        TopologyDocument last = LastOf(machines[0].Home)!;
        if (last.Next is not null
            || last.Members.Any(member => member.State != MemberState.Active)
            || !last.Members.Select(member => member.Id).ToHashSet().SetEquals(machines.Select(machine => machine.Parts!.Member.Id)))
        {
            return $"epoch {last.Epoch} has {string.Join(' ', last.Members.Select(member => $"{member.Name} ({member.State})"))}{(last.Next is null ? "" : ", a change under way")}";
        }

        foreach (StartMachine machine in machines)
        {
            MemberParts parts = machine.Parts!;
            if (parts.Member.Topologies.Current.Epoch != last.Epoch)
            {
                return $"{machine.Name} is at epoch {parts.Member.Topologies.Current.Epoch} of {last.Epoch}";
            }

            MemberSight? doubted = parts.Gossip.Loop.Sights.FirstOrDefault(sight => sight.Liveness != Liveness.Alive);
            MemberId lost = last.Members.Select(member => member.Id).FirstOrDefault(id => id != parts.Member.Id && !parts.Member.Links.IsConnected(id));
            if (doubted is not null || lost != default)
            {
                return $"{machine.Name} {(doubted is null ? $"has no link to {last.Find(lost)!.Name}" : $"sees {last.Find(doubted.Member)?.Name} as {doubted.Liveness}")}";
            }
        }

        return null;
    }

    private void Observe(StartMachine machine, SimulatedDisk disk)
    {
        (int read, uint last) = _disks.GetValueOrDefault(disk);
        if (read == disk.DurableLsn)
        {
            return;
        }

        foreach (StoreEntry entry in disk.Durable.Skip(read))
        {
            read++;
            if (entry.Kind != StoreEntryKind.Fact || entry.Fact.Kind != FactKind.Topology)
            {
                continue;
            }

            Assert.True(TopologyCodec.TryDecode(entry.Fact.Payload, out TopologyDocument? document, out string? problem), problem);
            if (document.Epoch.Number > last + 1)
            {
                Violate($"{machine.Name} has epoch {document.Epoch} on its disk after {last}");
            }

            last = Math.Max(last, document.Epoch.Number);
            Note(machine, document);
        }

        _disks[disk] = (read, last);
    }

    private void Note(StartMachine machine, TopologyDocument document)
    {
        if (_documents.TryGetValue((document.Cluster, document.Epoch.Number), out TopologyDocument? known))
        {
            if (known.Digest() != document.Digest())
            {
                Violate($"{machine.Name} has another document of epoch {document.Epoch} than one before");
            }

            return;
        }

        bed.Scheduler.Record(Describe(document));
        _documents.Add((document.Cluster, document.Epoch.Number), document);
        if (machine.Home >= 0 && _homes.TryAdd(machine.Home, document.Cluster) is false && _homes[machine.Home] != document.Cluster)
        {
            Violate($"{machine.Name} is in the cluster {document.Cluster}, and machines with the same seeds in {_homes[machine.Home]}");
        }

        foreach (TopologyMember member in document.Members)
        {
            if (!_clusters.TryAdd(member.Id, document.Cluster) && _clusters[member.Id] != document.Cluster)
            {
                Violate($"{member.Name} is a member of two clusters");
            }
        }

        if (_documents.TryGetValue((document.Cluster, document.Epoch.Number - 1), out TopologyDocument? before))
        {
            Compare(before, document);
        }
    }

    private void Compare(TopologyDocument before, TopologyDocument after)
    {
        foreach (TopologyMember going in after.Members.Where(member => member.State == MemberState.Leaving && before.Find(member.Id)?.State != MemberState.Leaving))
        {
            StartMachine? machine = OwnerOf(going.Id) is { } owner && owner.Parts?.Member.Id == going.Id ? owner : null;
            bool isReplaced = after.Members.Any(member => (member.Name == going.Name || member.Name == going.Successor) && member.State == MemberState.Joining);
            bool isAsked = _asked.GetValueOrDefault(going.Id) > 0;
            (bed.Counts.Replaced, bed.Counts.Left, bed.Counts.Evicted) =
                isReplaced ? (bed.Counts.Replaced + 1, bed.Counts.Left, bed.Counts.Evicted)
                : isAsked ? (bed.Counts.Replaced, bed.Counts.Left + 1, bed.Counts.Evicted)
                : (bed.Counts.Replaced, bed.Counts.Left, bed.Counts.Evicted + 1);
            if (isReplaced && machine?.WellFor > Doubt)
            {
                Violate($"{going.Name} is replaced in epoch {after.Epoch} though it has been well for {machine.WellFor.TotalSeconds:0.0} s");
            }
            else if (!isReplaced && !isAsked && bed.EvictAfter == TimeSpan.Zero)
            {
                Violate($"{going.Name} goes unasked in epoch {after.Epoch}");
            }
            else if (!isReplaced && !isAsked && machine?.WellFor > bed.EvictAfter + Doubt)
            {
                Violate($"{going.Name} is evicted in epoch {after.Epoch} though it has been well for {machine.WellFor.TotalSeconds:0.0} s");
            }
        }

        int joined = after.Members.Count(member => member.State == MemberState.Active && before.Find(member.Id) is { State: MemberState.Joining });
        bed.Counts.Joined += joined;
        bed.Counts.Completed += before.Next is not null && after.Current.SequenceEqual(before.Next) ? 1 : 0;
        bed.Counts.Abandoned += before.Next is not null && after.Current.SequenceEqual(before.Current) ? 1 : 0;
    }

    private static string Describe(TopologyDocument document)
    {
        string Names(IEnumerable<MemberId> set) => string.Join(' ', set.Select(id => document.Find(id)!.Name));
        return $"epoch {document.Epoch} of {document.ClusterName}: {Names(document.Current)}{(document.Next is null ? "" : $" > {Names(document.Next)}")}";
    }
}
