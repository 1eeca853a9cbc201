using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Gossip;

/// <summary>
/// Nodes that ask to be let in, as they were last heard. Whoever does not ask any more is forgotten; those that come together
/// are let in together, in one epoch. Thread safe.
/// </summary>
internal sealed class JoinRequests(TimeProvider time)
{
    /// <summary>Nodes waiting; beyond it the next are not taken note of, and ask again.</summary>
    public const int WaitingMax = 64;

    /// <summary>How long the first waits for others to come along.</summary>
    public static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(600);

    /// <summary>How long a request stands without being repeated. Nodes repeat it several times a second.</summary>
    public static readonly TimeSpan StandsFor = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly Dictionary<MemberId, Request> _requests = [];

    public void Hear(TopologyMember node)
    {
        long now = time.GetTimestamp();
        lock (_lock)
        {
            if (_requests.TryGetValue(node.Id, out Request? known))
            {
                _requests[node.Id] = known with { Node = node, Last = now };
            }
            else if (_requests.Count < WaitingMax)
            {
                _requests.Add(node.Id, new Request(node, now, now));
            }
        }
    }

    /// <summary>Those to be let in now; none while the first is still waiting for others.</summary>
    public IReadOnlyList<TopologyMember> Due(TopologySnapshot inForce, Func<MemberId, bool> isDead)
    {
        lock (_lock)
        {
            foreach (Request gone in _requests.Values.Where(request => time.GetElapsedTime(request.Last) > StandsFor).ToList())
            {
                _requests.Remove(gone.Node.Id);
            }

            if (!_requests.Values.Any(request => time.GetElapsedTime(request.First) >= GatherTime))
            {
                return [];
            }

            // Of two with one name the first in order; the other hears why not when it asks again.
            return [.. _requests.Values.Select(request => request.Node)
                .Where(node => inForce.Find(node.Id) is null && ChangePlan.ProblemOf(inForce, node, isDead) is null)
                .OrderBy(node => node.Name.Length).ThenBy(node => node.Name, StringComparer.Ordinal).ThenBy(node => node.Id)
                .DistinctBy(node => node.Name).DistinctBy(node => node.GrpcAddress)];
        }
    }

    /// <summary>A document is decided: its members need not ask any more.</summary>
    public void Forget(TopologyDocument document)
    {
        lock (_lock)
        {
            foreach (TopologyMember member in document.Members)
            {
                _requests.Remove(member.Id);
            }
        }
    }

    private sealed record Request(TopologyMember Node, long First, long Last);
}
