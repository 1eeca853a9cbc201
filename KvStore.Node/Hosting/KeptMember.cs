using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node.Hosting;

/// <summary>A member as its disk kept it.</summary>
/// <param name="Documents">In order; at least one.</param>
internal sealed record KeptMember(IStore Store, IReadOnlyList<TopologyDocument> Documents)
{
    /// <summary>Opens the member that a disk keeps; null if it keeps none.</summary>
    /// <exception cref="StoreRefusal">What is there cannot be used; the message says why and what to do.</exception>
    public static KeptMember? Open(NodeDisk disk, NodeOptions options)
    {
        if (disk.Owner() is not { } owner)
        {
            return null;
        }

        IStore store = disk.Open(owner.Cluster, owner.Member);
        try
        {
            IReadOnlyList<TopologyDocument> kept = KeptTopology.Of(store.Contents, options);
            if (kept.Count > 0)
            {
                return new KeptMember(store, kept);
            }
        }
        catch
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }

        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        disk.Discard();
        return null;
    }
}
