using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Peers;

/// <summary>What stands at the head of every frame and so holds for every message in it.</summary>
/// <param name="Cluster">Frames of another cluster are refused.</param>
/// <param name="From">The sender.</param>
/// <param name="To">The member meant; another one refuses.</param>
/// <param name="Epoch">The sender's epoch.</param>
/// <param name="TopologyDigest">Digest of the sender's topology document at that epoch: two documents of one epoch must not meet.</param>
/// <param name="BootCount">The sender's.</param>
/// <param name="DurableLsn">The sender's durable log number.</param>
internal readonly record struct PeerFrameHeader(
    ClusterId Cluster, MemberId From, MemberId To, Epoch Epoch, ulong TopologyDigest, long BootCount, long DurableLsn);
