using System.Collections.Concurrent;
using System.Net;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Hosting;

/// <summary>
/// A node's way into a cluster: asks its seeds, again and again, and does what <see cref="FormationPlan"/> makes of the
/// answers, until it holds the documents of a cluster it is a member of.
/// </summary>
/// <param name="self">This node, in no cluster.</param>
/// <param name="ask">Asks whoever is at an address: who answered, or why nobody did.</param>
/// <param name="known">Addresses of a cluster that goes on without this node, which was a member of it: they are asked too, and the node forms none. Else empty.</param>
/// <param name="newIdentity">Draws that of a new cluster.</param>
internal sealed partial class Formation(
    NodeOptions options,
    Acquaintance self,
    Func<string, Acquaintance, CancellationToken, Task<(Acquaintance? Node, string Problem)>> ask,
    TimeProvider time,
    IReadOnlyList<string> known,
    Func<Guid> newIdentity,
    ILogger logger,
    StartPlant plant = StartPlant.None)
{
    /// <summary>How often seeds are asked.</summary>
    public static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>How long who answers must not change before a cluster is formed, where seeds are found and not listed.</summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(2);

    /// <summary>How often the reason to wait is logged when it does not change.</summary>
    public static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(30);

    private readonly HashSet<string> _met = [.. known];
    private readonly ConcurrentDictionary<string, string> _refusals = new();
    private string _answering = "";
    private long _answeringSince = time.GetTimestamp();
    private long _loggedAt;
    private volatile bool _forms;
    private volatile string _reason = "it has not asked its seeds yet";

    /// <summary>Why this node is in no cluster yet, for people.</summary>
    public string Reason => _reason;

    /// <summary>What this node says to whoever asks.</summary>
    public Acquaintance Answer => self with { Forms = _forms };

    /// <summary>Forms a cluster of this node alone.</summary>
    public IReadOnlyList<TopologyDocument> FormAlone() => [FirstOf([self.Self])];

    /// <returns>All documents of the cluster, this node a member in the last.</returns>
    public async Task<IReadOnlyList<TopologyDocument>> RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            IReadOnlyList<SeedAnswer> answers = Planted(await AskAsync(cancellationToken));
            _forms = known.Count == 0 && FormationPlan.IsFirst(answers);
            FormationPlan plan = FormationPlan.Make(self with { Replication = options.Replication }, answers, IsSettled(answers));
            string reason = plan.Step switch
            {
                FormationStep.Ask => await KnockAsync(plan, cancellationToken),
                FormationStep.Form when known.Count > 0 => "its cluster has removed it and goes on, and no member of it answers",
                _ => plan.Reason,
            };
            Note(reason);
            switch (plan.Step)
            {
                case FormationStep.Form when known.Count == 0:
                    return [FirstOf(plan.Nodes)];
                case FormationStep.Enter when await CollectAsync(plan, cancellationToken) is { } documents:
                    return documents;
                default:
                    break;
            }

            await Task.Delay(AskInterval, time, cancellationToken);
        }
    }

    /// <summary>Asks to be let in; a door that refuses is not asked again before all others were.</summary>
    private async Task<string> KnockAsync(FormationPlan plan, CancellationToken cancellationToken)
    {
        if (_refusals.ContainsKey(plan.Door))
        {
            _refusals.Clear();
        }

        (Acquaintance? node, string problem) = await ask(plan.Door, self with { Joins = true }, cancellationToken);
        if (node?.Refusal is not { Length: > 0 } refusal)
        {
            return node is null ? $"{plan.Door}: {problem}" : plan.Reason;
        }

        _refusals[plan.Door] = refusal;
        return $"{node.Self.Name} at {plan.Door} says: {refusal}";
    }

    private IReadOnlyList<SeedAnswer> Planted(IReadOnlyList<SeedAnswer> answers) => plant switch
    {
        StartPlant.SilentSeedsIgnored => [.. answers.Where(answer => answer.IsOwn || answer.Node is not null)],
        StartPlant.ClustersMixed when answers.FirstOrDefault(answer => answer.Node?.Cluster is not null) is { } first =>
            [.. answers.Where(answer => answer.Node?.Cluster is not { } cluster || cluster == first.Node!.Cluster)],
        _ => answers,
    };

    private TopologyDocument FirstOf(IReadOnlyList<TopologyMember> nodes) =>
        KeptTopology.First(options, new ClusterId(newIdentity()), nodes);

    private async Task<IReadOnlyList<SeedAnswer>> AskAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<SeedPlace> places = await SeedDiscovery.FindAsync(
            options.Seeds, static (host, limit) => Dns.GetHostAddressesAsync(host, limit), cancellationToken);
        List<SeedPlace> all = [.. places, .. _met.Where(address => places.All(place => place.Address != address)).Select(address => new SeedPlace(address, MustAnswer: false))];
        SeedAnswer[] answers = await Task.WhenAll(all.Select(place => AskAsync(place, cancellationToken)));
        foreach (string member in answers.SelectMany(answer => answer.Node?.Members ?? []).Take(ChangePlan.MembersMax))
        {
            _met.Add(member);
        }

        return answers;
    }

    private async Task<SeedAnswer> AskAsync(SeedPlace place, CancellationToken cancellationToken)
    {
        if (place.Address == self.Self.GrpcAddress)
        {
            return new SeedAnswer(place.Address, place.MustAnswer, IsOwn: true, null, "");
        }

        (Acquaintance? node, string problem) =
            place.Problem.Length > 0 ? (null, place.Problem) : await ask(place.Address, Answer, cancellationToken);
        problem = node is not null && node.ClusterName != self.ClusterName
            ? $"{node.Self.Name} is a node of cluster {node.ClusterName}, and this one is to be of {self.ClusterName} (KvStore:Cluster)"
            : problem;
        node = node is { Refusal: "" } && _refusals.TryGetValue(place.Address, out string? refusal) ? node with { Refusal = refusal } : node;
        return new SeedAnswer(place.Address, place.MustAnswer, node?.Process == self.Process, node, problem);
    }

    private bool IsSettled(IReadOnlyList<SeedAnswer> answers)
    {
        string answering = string.Join(' ', answers.Where(answer => answer.Node is not null).Select(answer => answer.Node!.Process));
        if (answering != _answering)
        {
            _answering = answering;
            _answeringSince = time.GetTimestamp();
        }

        return !SeedDiscovery.IsOpen(options.Seeds) || time.GetElapsedTime(_answeringSince) >= SettleTime;
    }

    /// <summary>All documents, page by page; null if the member that had them does not answer any more.</summary>
    private async Task<IReadOnlyList<TopologyDocument>?> CollectAsync(FormationPlan plan, CancellationToken cancellationToken)
    {
        List<TopologyDocument> documents = [.. plan.Documents];
        while (documents.Count % TopologyChain.PageMax == 0)
        {
            (Acquaintance? node, _) = await ask(plan.Door, self with { Epoch = documents[^1].Epoch }, cancellationToken);
            if (node is null)
            {
                return null;
            }

            if (node.Documents.Count == 0)
            {
                break;
            }

            documents.AddRange(node.Documents);
        }

        bool isChain = documents[0].Epoch == Epoch.First && documents.Zip(documents.Skip(1), Succession.ProblemFor).All(problem => problem is null);
        return isChain && documents[^1].Find(self.Self.Id) is not null ? documents : null;
    }

    private void Note(string reason)
    {
        if (reason != _reason || time.GetElapsedTime(_loggedAt) >= LogInterval)
        {
            _reason = reason;
            _loggedAt = time.GetTimestamp();
            LogWaiting(logger, options.Name, reason);
        }
    }

    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "{Name} is in no cluster yet: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string name, string reason);
}
