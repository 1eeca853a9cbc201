namespace KvStore.Node.Coordination;

internal enum LaneInputKind : byte
{
    /// <summary>An <see cref="Operation"/> of a client.</summary>
    Operation,

    /// <summary>An <see cref="OperationBatch"/> of a client.</summary>
    Batch,

    /// <summary>A <see cref="KeyInquiry"/>.</summary>
    Inquiry,

    /// <summary>A <see cref="TrafficInquiry"/>.</summary>
    Traffic,

    /// <summary>A <see cref="LaneCall"/>.</summary>
    Call,

    /// <summary>A <see cref="RequestBatch"/> of a peer.</summary>
    Requests,

    /// <summary>A <see cref="ReplyBatch"/> of a peer.</summary>
    Replies,

    /// <summary>The log is durable up to the number.</summary>
    Durable,

    /// <summary>A disk read ended: token and record.</summary>
    Read,

    /// <summary>The log failed: a <see cref="Storage.StoreFailure"/>.</summary>
    LogFailed,

    /// <summary>The member does not vote any more, see <see cref="Replication.VoteGate"/>.</summary>
    Silenced,

    /// <summary>Another topology is about to come into force: an <see cref="Action"/> to be run when nothing admitted is under way.</summary>
    Hold,

    /// <summary>Another topology is in force.</summary>
    TopologyChanged,

    /// <summary>The link to a member was lost: its <see cref="Ring.MemberId"/>, boxed.</summary>
    LinkLost,

    /// <summary>A timer is due.</summary>
    Tick,

    /// <summary>A pending change or hint found on disk: its <see cref="Storage.Fact"/>, boxed.</summary>
    Pending,
}
