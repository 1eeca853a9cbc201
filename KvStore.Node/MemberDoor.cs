using System.Collections.Concurrent;
using KvStore.Node.Topology;
using Microsoft.Extensions.Logging;

namespace KvStore.Node;

/// <summary>
/// Where nodes knock: tells whoever asks who this member is, gives members the documents they lack, and takes note of nodes
/// that ask to be let in, if it can reach them where they say they are.
/// </summary>
/// <param name="self">This member, with its cluster.</param>
/// <param name="ask">Asks whoever is at an address: who answered, or why nobody did.</param>
internal sealed partial class MemberDoor(
    Member member,
    MemberGossip gossip,
    MemberTopology topology,
    Acquaintance self,
    Func<string, Acquaintance, Task<(Acquaintance? Node, string Problem)>> ask,
    ILogger logger)
{
    /// <summary>Processes that were reached, remembered; beyond it all are asked again.</summary>
    public const int ReachedMax = 256;

    private readonly ConcurrentDictionary<(Guid Process, string Address), bool> _reached = new();
    private readonly ConcurrentDictionary<(Guid Process, string Refusal), bool> _told = new();

    /// <summary>What this member says of itself when it asks.</summary>
    public Acquaintance Self => self with { Epoch = member.Topologies.Current.Epoch };

    public async Task<Acquaintance> AnswerAsync(Acquaintance asker)
    {
        if (!member.IsTopologyKept)
        {
            // What it knows of a cluster a crash could still take back.
            return self with { Cluster = null, Forms = true };
        }

        TopologySnapshot now = member.Topologies.Current;
        Acquaintance own = Self with
        {
            Members = [.. now.Document.Members.Where(other => now.Document.Current.Contains(other.Id)).Select(other => other.GrpcAddress)],
        };
        if (asker.Process == self.Process)
        {
            return own;
        }

        string refusal = await RefusalOfAsync(asker, now);
        if (refusal.Length > 0)
        {
            if (_told.Count < ReachedMax && _told.TryAdd((asker.Process, refusal), true))
            {
                LogRefused(logger, asker.Self.Name, asker.Self.GrpcAddress, refusal);
            }

            return own with { Refusal = refusal, Removed = asker.Cluster == self.Cluster && now.Find(asker.Self.Id) is null };
        }

        if (now.Find(asker.Self.Id) is not null)
        {
            topology.Learn(asker.Self);
            return own with { Documents = topology.Loop.DocumentsAfter(asker.Epoch) };
        }

        if (asker.Joins)
        {
            topology.Joins.Hear(asker.Self);
        }

        return own;
    }

    private async Task<string> RefusalOfAsync(Acquaintance asker, TopologySnapshot now)
    {
        if (asker.ClusterName != self.ClusterName)
        {
            return $"this is a member of cluster {self.ClusterName}, not of {asker.ClusterName}";
        }

        if (asker.Cluster is { } other && other != self.Cluster)
        {
            return $"this is a member of the cluster {self.Cluster}, not of {other}: two clusters never merge";
        }

        bool isMember = now.Find(asker.Self.Id) is not null;
        if (!isMember && asker.Cluster is not null)
        {
            return "the cluster has removed this member. Started on an empty data directory it joins as a new one";
        }

        string refusal = isMember ? ""
            : ChangePlan.ProblemOf(now.Document, asker.Self, asker.Replication) ?? ChangePlan.ProblemOf(now, asker.Self, gossip.IsDead) ?? "";
        if (refusal.Length > 0 || (!asker.Joins && now.Find(asker.Self.Id)?.GrpcAddress == asker.Self.GrpcAddress) || (!asker.Joins && !isMember))
        {
            return refusal;
        }

        return asker.Joins && !isMember && !(member.IsVoting && now.Document.Current.Contains(self.Self.Id))
            ? "this member cannot let anybody in now, because it has no vote; another can"
            : await ReachAsync(asker);
    }

    private async Task<string> ReachAsync(Acquaintance asker)
    {
        string address = asker.Self.GrpcAddress;
        if (_reached.ContainsKey((asker.Process, address)))
        {
            return "";
        }

        (Acquaintance? there, string problem) = await ask(address, Self);
        if (there?.Process != asker.Process)
        {
            string found = there is null ? problem : $"another node answers there, {there.Self.Name}";
            return $"this member cannot reach the node at {address}, where it says it is: {found}. "
                + "Set KvStore:GrpcAddress (environment KvStore__GrpcAddress) of the node to where other members reach it";
        }

        if (_reached.Count >= ReachedMax)
        {
            _reached.Clear();
        }

        _reached[(asker.Process, address)] = true;
        return "";
    }

    [LoggerMessage(EventId = 30, Level = LogLevel.Warning, Message = "{Name} at {Address} is not let in: {Reason}")]
    private static partial void LogRefused(ILogger logger, string name, string address, string reason);
}
