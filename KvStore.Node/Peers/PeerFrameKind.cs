namespace KvStore.Node.Peers;

/// <summary>Which way a frame's messages go. Numbers are on the wire: never reuse one.</summary>
internal enum PeerFrameKind : byte
{
    /// <summary>From the member that dialled.</summary>
    Requests = 1,

    /// <summary>From the member that was dialled.</summary>
    Replies = 2,
}
