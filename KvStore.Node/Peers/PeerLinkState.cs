namespace KvStore.Node.Peers;

/// <summary>Where a link is in its life.</summary>
internal enum PeerLinkState : byte
{
    /// <summary>Not started, or over for good.</summary>
    Closed,

    /// <summary>The wire is connecting, or connected and the peer has not proved itself with a first frame.</summary>
    Opening,

    Open,

    /// <summary>The connection is lost; a dialling link waits for its next attempt, an answering one for its end.</summary>
    Backoff,
}
