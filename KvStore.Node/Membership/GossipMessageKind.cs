namespace KvStore.Node.Membership;

/// <summary>Numbers are sent to peers: never reuse one.</summary>
internal enum GossipMessageKind : byte
{
    /// <summary>Are you there? Answered by <see cref="Ack"/>.</summary>
    Ping = 1,

    /// <summary>The target is there: from itself, or from a relay that heard it.</summary>
    Ack = 2,

    /// <summary>Please ping the target for me. Answered by <see cref="Ack"/> or <see cref="Nack"/>.</summary>
    PingRequest = 3,

    /// <summary>A relay's word that it is well and the target does not answer it: the fault is not the asker's.</summary>
    Nack = 4,

    /// <summary>Claims and nothing else.</summary>
    Gossip = 5,

    /// <summary>All that the sender believes; answered in kind by <see cref="ExchangeReply"/>.</summary>
    Exchange = 6,

    ExchangeReply = 7,
}
