using KvStore.Node.Peers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>Something in a lane that waits for replies to requests it sent under one id.</summary>
internal abstract class PendingCall
{
    /// <summary>The id of the requests under way; 0 when there are none.</summary>
    public ulong CallId { get; set; }

    public abstract void OnReply(MemberId from, in PeerReply reply);

    /// <summary>The link to a member was lost: what that member was asked and did not answer, it will not.</summary>
    public virtual void OnLost(MemberId member)
    {
    }
}
