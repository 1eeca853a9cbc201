using KvStore.Node.Topology;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>A member as clients in cluster mode see it.</summary>
/// <param name="Address">Where it speaks this protocol.</param>
/// <param name="Doubt">What speaks against it, as Redis flags it: nothing, "fail?" or "fail".</param>
/// <param name="IsConnected">Whether the member that tells of it has a link to it, or is it.</param>
/// <param name="Slots">Those that clients are to bring to it, as ranges; none of one that is in doubt.</param>
internal sealed record ClusterServer(TopologyMember Member, Uri Address, string Doubt, bool IsConnected, IReadOnlyList<(int First, int Last)> Slots)
{
    /// <summary>Redis has 40 hexadecimal digits, and clients count on it; an identity has 32.</summary>
    private const int IdLength = 40;

    public string Id => Member.Id.Value.ToString("N").PadRight(IdLength, '0');

    /// <summary>A name or an address, without brackets.</summary>
    public string Host => Address.DnsSafeHost;

    /// <summary>Whether clients may be sent to it.</summary>
    public bool IsServing => Doubt.Length == 0;
}
