namespace KvStore.Node.Peers;

/// <summary>A decoded frame: requests one way, replies the other, never both.</summary>
internal sealed record PeerFrame(PeerFrameHeader Header, IReadOnlyList<PeerRequest> Requests, IReadOnlyList<PeerReply> Replies)
{
    /// <summary>Bytes of the whole.</summary>
    public int Length { get; init; }

    /// <summary>Whether it has no messages: the question "are you there", or its answer.</summary>
    public bool IsEmpty => Requests.Count == 0 && Replies.Count == 0;
}
