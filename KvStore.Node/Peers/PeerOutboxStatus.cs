namespace KvStore.Node.Peers;

/// <param name="QueuedBytes">Bytes waiting and being sent.</param>
/// <param name="FramesSent">Pings included.</param>
/// <param name="SendsRefused">Messages not taken: not accepting, full, or too long.</param>
/// <param name="MessagesDropped">Messages taken and lost unsent with a connection.</param>
/// <param name="RequestsExpired">Requests taken and dropped unsent because their time was over.</param>
internal readonly record struct PeerOutboxStatus(long QueuedBytes, long FramesSent, long SendsRefused, long MessagesDropped, long RequestsExpired);
