using System.Diagnostics;
using System.Globalization;
using KvStore.Client;
using KvStore.Tests.Cluster;

namespace KvStore.Tests.Chaos;

/// <summary>
/// Three nodes grow to more and shrink back while clients read and write, and in the middle of each way one of the three that stay
/// is killed and comes back, if asked to; and so again, as often as asked to. The three are asked by the clients all the time; the others come and go.
/// </summary>
internal sealed class ElasticExercise(ChaosCluster cluster, int rounds, TimeSpan settle, TimeSpan quiet, bool kills, TimeProvider time, Action<string> say) : IDisposable
{
    public const int First = 3;

    private const string Active = "active";
    private const string MovedPhase = "members are owners and nothing moves";

    /// <summary>Between two looks.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>After a phase, for what its figures were asked of every member; what clients wait for then is in no phase.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    /// <summary>A slot that comes back to a member waits until what it held before is removed there, key by key.</summary>
    private static readonly TimeSpan MoveTimeMax = TimeSpan.FromMinutes(5);

    private readonly KvClient _client = new(new KvClientOptions { Endpoints = [.. cluster.Nodes.Take(First).Select(node => node.Grpc)] });

    private long? _began;
    private volatile bool _isSmall = true;

    /// <summary>At the end of the last phase. It is large, so that what asks for it may be what clients wait for: nothing does while members change.</summary>
    private ClusterTopology? _known;

    /// <summary>Those that are over. What processes cost that start, on processors that others need, is a phase of its own.</summary>
    public List<ElasticPhase> Phases { get; } = [];

    public int Kills { get; private set; }

    /// <summary>Whether no node runs but the first, and no member comes or goes.</summary>
    public bool IsSmall => _isSmall;

    /// <summary>Grows, shrinks and says how each phase was.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await QuietAsync("before", cancellationToken);
        for (int round = 1; round <= rounds; round++)
        {
            await GrowAndShrinkAsync(rounds == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"{round}. "), cancellationToken);
        }
    }

    /// <summary>Grows and shrinks without a kill, and forgets it: no phase is told of.</summary>
    /// <param name="atHeight">What is done while there are the most members.</param>
    public async Task RehearseAsync(Func<Task> atHeight, CancellationToken cancellationToken)
    {
        foreach (ChaosNode[] joining in Joining)
        {
            await JoinAsync(joining, killed: null, cancellationToken);
            await KnowAsync(cancellationToken);
        }

        await atHeight();
        foreach (ChaosNode leaving in Others.Reverse())
        {
            await LeaveAsync(leaving, killed: null, cancellationToken);
            await KnowAsync(cancellationToken);
        }

        _began = null;
    }

    public void Dispose() => _client.Dispose();

    private ChaosNode[] Others => [.. cluster.Nodes.Skip(First)];

    /// <summary>Who joins together.</summary>
    private ChaosNode[][] Joining => [.. Others.Chunk(2)];

    private static string NamesOf(IEnumerable<ChaosNode> nodes) => string.Join(" and ", nodes.Select(node => node.Name));

    /// <param name="round">What the names of its phases begin with.</param>
    private async Task GrowAndShrinkAsync(string round, CancellationToken cancellationToken)
    {
        ChaosNode[] others = Others;
        _isSmall = false;
        foreach ((ChaosNode[] joining, int index) in Joining.Select((joining, index) => (joining, index)))
        {
            await PhaseAsync($"{round}{NamesOf(joining)} join", () => JoinAsync(joining, killed: index == 0 ? cluster.Nodes[1] : null, cancellationToken), cancellationToken);
        }

        if (settle > TimeSpan.Zero)
        {
            await PhaseAsync($"{round}settling", () => Task.Delay(settle, time, cancellationToken), cancellationToken);
        }

        await QuietAsync($"{round}in between", cancellationToken);
        foreach (ChaosNode leaving in others.Reverse())
        {
            await PhaseAsync($"{round}{leaving.Name} leaves", () => LeaveAsync(leaving, killed: leaving == others[^1] ? cluster.Nodes[2] : null, cancellationToken), cancellationToken);
        }

        _isSmall = true;
        await QuietAsync($"{round}after", cancellationToken);
    }

    /// <summary>A phase in which nothing changes.</summary>
    private Task QuietAsync(string name, CancellationToken cancellationToken) =>
        PhaseAsync(name, () => Task.Delay(quiet, time, cancellationToken), cancellationToken, isQuiet: true);

    private async Task PhaseAsync(string name, Func<Task> run, CancellationToken cancellationToken, bool isQuiet = false)
    {
        ClusterTopology before = _known ?? await KnowAsync(cancellationToken);
        long start = Stopwatch.GetTimestamp();
        await run();
        long finish = Stopwatch.GetTimestamp();
        ClusterTopology after = await KnowAsync(cancellationToken);
        (int moved, int least) = MovedBetween(before, after);
        if (_began is { } began)
        {
            Phases.Add(new ElasticPhase($"{name}: processes start", start, began, 0, 0, null, IsQuiet: false));
            (start, _began) = (began, null);
        }

        Phases.Add(new ElasticPhase(name, start, finish, moved, least, await ImbalanceAsync(after, cancellationToken), isQuiet));
        say(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {Stopwatch.GetElapsedTime(start, finish).TotalSeconds:0.0} s, epoch {after.Epoch}, {after.Members.Length} members, {moved} slots moved"));
        await Task.Delay(Rest, time, cancellationToken);
    }

    private async Task<double> ImbalanceAsync(ClusterTopology topology, CancellationToken cancellationToken)
    {
        List<long> keys = [];
        foreach (ChaosNode node in cluster.Nodes.Where(node => topology.Members.Any(member => member.Name == node.Name)))
        {
            using KvClient client = new(new KvClientOptions { Endpoints = [node.Grpc] });
            keys.Add((await client.Cluster.GetStatusAsync(cancellationToken)).Keys);
        }

        return keys.Max() / keys.Average();
    }

    private async Task JoinAsync(ChaosNode[] joining, ChaosNode? killed, CancellationToken cancellationToken)
    {
        ClusterTopology before = _known ?? await KnowAsync(cancellationToken);
        foreach (ChaosNode node in joining)
        {
            node.Start();
        }

        long letIn = before.Epoch + 1;
        await UntilAsync("the first is to own slots", status => status.Epoch > letIn, cancellationToken);
        _began = Stopwatch.GetTimestamp();
        await KillInTheMiddleAsync(killed, cancellationToken);
        await UntilMembersAreAsync([.. before.Members.Select(member => member.Name), .. joining.Select(node => node.Name)], cancellationToken);
        foreach (ChaosNode node in joining)
        {
            await node.WaitUntilHealthyAsync("after it joined", cancellationToken);
        }
    }

    private async Task LeaveAsync(ChaosNode leaving, ChaosNode? killed, CancellationToken cancellationToken)
    {
        ClusterTopology before = _known ?? await KnowAsync(cancellationToken);
        await Eventually.IsAsync($"{leaving.Name} is to leave", true, async limit =>
        {
            ChangePlan plan = await _client.Cluster.PlanAsync(MembershipChange.Leave, leaving.Name, cancellationToken: limit);
            await _client.Cluster.ChangeAsync(MembershipChange.Leave, leaving.Name, planId: plan.Id, cancellationToken: limit);
            return true;
        }, cancellationToken);
        await UntilAsync("owners change", status => status.Epoch > before.Epoch, cancellationToken);
        await KillInTheMiddleAsync(killed, cancellationToken);
        await UntilMembersAreAsync([.. before.Members.Select(member => member.Name).Where(name => name != leaving.Name)], cancellationToken);
        await leaving.KillAsync();
        leaving.Wipe();
    }

    /// <summary>Once owners change: kill -9 of one that stays, which comes back with the disk it had.</summary>
    private async Task KillInTheMiddleAsync(ChaosNode? killed, CancellationToken cancellationToken)
    {
        if (killed is null || !kills)
        {
            return;
        }

        await killed.KillAsync();
        Kills++;
        say($"{killed.Name} killed");
        killed.Start();
        await killed.WaitUntilHealthyAsync("after a kill", cancellationToken);
    }

    private Task UntilMembersAreAsync(string[] expected, CancellationToken cancellationToken)
    {
        ClusterTopology? seen = null;
        return Eventually.IsAsync(
            MovedPhase,
            string.Join(' ', expected.Order(StringComparer.Ordinal)),
            async limit =>
            {
                foreach (ChaosNode node in cluster.Nodes)
                {
                    node.FailIfEnded(MovedPhase);
                }

                MemberStatus status = await LookAsync(limit);
                if (status.TopologyPending.Length > 0)
                {
                    return status.TopologyPending;
                }

                seen = seen?.Epoch == status.Epoch ? seen : await TopologyAsync(limit);
                return string.Join(
                    ' ', seen.Members.Select(member => member.State == Active ? member.Name : $"{member.Name} ({member.State})").Order(StringComparer.Ordinal));
            },
            cancellationToken,
            MoveTimeMax);
    }

    private Task UntilAsync(string phase, Func<MemberStatus, bool> holds, CancellationToken cancellationToken) =>
        Eventually.IsAsync(phase, true, async limit => holds(await LookAsync(limit)), cancellationToken);

    private async Task<MemberStatus> LookAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(LookInterval, time, cancellationToken);
        return await _client.Cluster.GetStatusAsync(cancellationToken);
    }

    private async Task<ClusterTopology> KnowAsync(CancellationToken cancellationToken) => _known = await TopologyAsync(cancellationToken);

    private Task<ClusterTopology> TopologyAsync(CancellationToken cancellationToken) => _client.Cluster.GetTopologyAsync(cancellationToken);

    private static (int Moved, int Least) MovedBetween(ClusterTopology before, ClusterTopology after)
    {
        HashSet<(int Slot, string Member)> had = OwnersOf(before);
        HashSet<(int Slot, string Member)> has = OwnersOf(after);
        Dictionary<string, int> shares = had.CountBy(owner => owner.Member).ToDictionary();
        return (has.Count(owner => !had.Contains(owner)), has.CountBy(owner => owner.Member).Sum(share => Math.Max(0, share.Value - shares.GetValueOrDefault(share.Key))));
    }

    private static HashSet<(int Slot, string Member)> OwnersOf(ClusterTopology topology)
    {
        Dictionary<int, string> ids = topology.Members.ToDictionary(member => member.Ordinal, member => member.Id);
        return [.. topology.Slots.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1).SelectMany(slot => range.Owners.Select(owner => (slot, ids[owner]))))];
    }
}
