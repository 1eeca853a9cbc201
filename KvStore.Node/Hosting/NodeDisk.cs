using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Node.Hosting;

/// <summary>Where a node's store lies: a data directory, or a simulated disk.</summary>
/// <param name="Owner">Whose store is there; null if there is none.</param>
/// <param name="Open">Opens the store that is there, or makes it.</param>
/// <param name="Discard">Throws away a store that nothing was ever written to.</param>
/// <param name="SetAside">Puts away the store of a member that is none any more; says where it lies then.</param>
internal sealed record NodeDisk(
    Func<(ClusterId Cluster, MemberId Member)?> Owner, Func<ClusterId, MemberId, IStore> Open, Action Discard, Func<string> SetAside);
