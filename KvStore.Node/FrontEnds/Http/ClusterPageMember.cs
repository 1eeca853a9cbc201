namespace KvStore.Node.FrontEnds.Http;

/// <summary>One member of a <see cref="ClusterPage"/>.</summary>
/// <param name="State">"joining", "active" or "leaving".</param>
/// <param name="Slots">Of which it is an owner.</param>
/// <param name="FirstSlots">Of which it is the first owner, to whom writes are handed.</param>
/// <param name="Link">How the observer reaches it; missing for the observer itself.</param>
internal sealed record ClusterPageMember(
    string Id,
    uint Ordinal,
    string Name,
    string HttpAddress,
    string GrpcAddress,
    string Zone,
    string State,
    int Slots,
    int FirstSlots,
    Protocol.PeerStatus? Link);
