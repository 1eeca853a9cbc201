using KvStore.Node.Ring;

namespace KvStore.Node.Membership;

/// <summary>Pings that this member sends for others. At most <see cref="Max"/> at once; more are not done, which the asker notices.</summary>
internal sealed class RelayedProbes
{
    public const int Max = 64;

    private readonly List<Relayed> _relayed = [];

    public bool TryAdd(uint sequence, GossipMessage request, TimeSpan nackAt)
    {
        if (_relayed.Count >= Max)
        {
            return false;
        }

        _relayed.Add(new Relayed(sequence, request, nackAt));
        return true;
    }

    /// <returns>The request whose ping was answered; null if there is none.</returns>
    public GossipMessage? Answered(uint sequence, MemberId target)
    {
        int at = _relayed.FindIndex(relayed => relayed.Sequence == sequence && relayed.Request.Target == target);
        if (at < 0)
        {
            return null;
        }

        GossipMessage request = _relayed[at].Request;
        _relayed.RemoveAt(at);
        return request;
    }

    /// <summary>Takes out the requests that were waited for long enough.</summary>
    public List<GossipMessage> Expire(TimeSpan clock)
    {
        List<GossipMessage> expired = [.. _relayed.Where(relayed => clock >= relayed.NackAt).Select(relayed => relayed.Request)];
        _relayed.RemoveAll(relayed => clock >= relayed.NackAt);
        return expired;
    }

    private sealed record Relayed(uint Sequence, GossipMessage Request, TimeSpan NackAt);
}
