namespace KvStore.Node.Peers;

/// <summary>A decoded frame: requests one way, replies the other, never both.</summary>
internal sealed record PeerFrame(PeerFrameHeader Header, IReadOnlyList<PeerRequest> Requests, IReadOnlyList<PeerReply> Replies);
