using KvStore.Node.Membership;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Peers;

/// <summary>What stands at the head of every frame and so holds for every message in it.</summary>
/// <param name="Cluster">Frames of another cluster are refused.</param>
/// <param name="From">The sender.</param>
/// <param name="To">The member meant; another one refuses.</param>
/// <param name="Epoch">The sender's epoch.</param>
/// <param name="TopologyDigest">Digest of the sender's topology document at that epoch: two documents of one epoch must not meet.</param>
/// <param name="Mark">How far the sender's disk reaches.</param>
/// <param name="Votes">Whether the sender votes.</param>
/// <param name="Memory">The most that the sender has seen of the receiver.</param>
/// <param name="Load">How much the sender has to do.</param>
/// <param name="WaitedMilliseconds">How long the frame's first message has waited to leave: the time that all of them have left is so much less.</param>
internal readonly record struct PeerFrameHeader(
    ClusterId Cluster,
    MemberId From,
    MemberId To,
    Epoch Epoch,
    ulong TopologyDigest,
    ShownMark Mark,
    VoteState Votes,
    RememberedMark Memory,
    PeerLoad Load = default,
    int WaitedMilliseconds = 0)
{
    /// <summary>Why a member whose own frames carry <paramref name="own"/> must refuse a frame with this header; null if it need not.</summary>
    /// <param name="own">What the receiver would send now.</param>
    /// <param name="sender">Who the frame must come from; null if that is not known yet.</param>
    public string? ProblemFor(in PeerFrameHeader own, MemberId? sender)
    {
        if (Cluster != own.Cluster)
        {
            return $"the sender belongs to cluster {Cluster}, this member to {own.Cluster}";
        }

        if (To != own.From)
        {
            return $"it is meant for member {To}, this is member {own.From}";
        }

        if (From == own.From)
        {
            return $"the sender claims this member's own identity {From}";
        }

        if (sender is { } expected && From != expected)
        {
            return $"it comes from member {From}, not from {expected}";
        }

        return Epoch == own.Epoch && TopologyDigest != own.TopologyDigest
            ? $"the sender's topology of epoch {Epoch} has digest {TopologyDigest:x16}, this member's {own.TopologyDigest:x16}"
            : null;
    }
}
