using KvStore.Node.Membership;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Peers;

/// <summary>A message of failure detection on its way: whose cluster it is of, and how far its sender's topology has come.</summary>
/// <param name="Epoch">The epoch in force at the sender: who is behind asks it for what is missing.</param>
internal sealed record GossipPacket(ClusterId Cluster, Epoch Epoch, GossipMessage Message)
{
    /// <summary>Of the sender.</summary>
    public VitalSigns Vitals { get; init; }
}
