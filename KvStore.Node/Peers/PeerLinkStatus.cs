using KvStore.Node.Ring;

namespace KvStore.Node.Peers;

/// <summary>A link at one moment.</summary>
/// <param name="Peer">The member at the other end; null if an incoming stream has not said it yet.</param>
/// <param name="Name">For people.</param>
/// <param name="IsDialling">Whether this member dialled; otherwise it answers.</param>
/// <param name="Connected">Whether messages can be sent.</param>
/// <param name="Since">Since when it is connected, or is not.</param>
/// <param name="LastError">Why the last connection or attempt ended; null if none did.</param>
/// <param name="RoundTrip">Of pings, smoothed; null on an answering link and before the first answer.</param>
/// <param name="QueuedBytes">Bytes waiting and being sent.</param>
/// <param name="FramesSent">Since the link was made, pings included.</param>
/// <param name="FramesReceived">Since the link was made, pings included.</param>
/// <param name="SendsRefused">Messages not taken because the queue was full or the link not open.</param>
/// <param name="MessagesDropped">Messages taken and lost unsent with a connection.</param>
/// <param name="RequestsExpired">Requests taken and dropped unsent because their time was over.</param>
internal sealed record PeerLinkStatus(
    MemberId? Peer,
    string Name,
    LinkClass LinkClass,
    bool IsDialling,
    bool Connected,
    DateTimeOffset Since,
    string? LastError,
    TimeSpan? RoundTrip,
    long QueuedBytes,
    long FramesSent,
    long FramesReceived,
    long SendsRefused,
    long MessagesDropped,
    long RequestsExpired = 0);
