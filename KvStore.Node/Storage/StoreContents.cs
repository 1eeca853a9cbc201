using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>What a store held when it was opened.</summary>
/// <param name="Cluster">The cluster the directory belongs to.</param>
/// <param name="Member">The member it belongs to.</param>
/// <param name="BootCount">How often the directory was opened, this time included: 1 for a new one.</param>
/// <param name="BootNonce">Drawn at this opening, to tell it from any other with the same count.</param>
/// <param name="IsProvenWhole">Whether all that the life before wrote is certainly here: its directory, on the same running system.</param>
/// <param name="DurableLsn">The last log number recovered; 0 for a new directory.</param>
/// <param name="Facts">The facts that stand, ordered by kind and number.</param>
internal sealed record StoreContents(ClusterId Cluster, MemberId Member, long BootCount, long BootNonce, bool IsProvenWhole, long DurableLsn, IReadOnlyList<Fact> Facts)
{
    public IEnumerable<Fact> OfKind(FactKind kind) => Facts.Where(fact => fact.Kind == kind);
}
