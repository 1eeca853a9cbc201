using KvStore.Node.Ring;
using Microsoft.Extensions.Logging;

namespace KvStore.Node.Peers;

/// <summary>What a link needs from whoever owns it. The delegates are called without any lock of the link held.</summary>
/// <param name="Header">The head of a frame sent now to a member, and what frames received from it are held against.</param>
/// <param name="Heard">Takes the head of each valid frame before anything is answered; says whether its messages count.</param>
/// <param name="Received">A frame with messages. Called on the wire's thread, one at a time a link.</param>
/// <param name="Changed">The link opened, or lost its connection (or, before it was ever open, its first attempt): what was
/// sent and not answered will not be. In order, one at a time a link; losses that follow each other fast may be told as one.</param>
/// <param name="Ended">The link is over and its wire at rest; the last call.</param>
internal sealed record PeerLinkOwner(
    Func<MemberId, PeerFrameHeader> Header,
    Func<PeerFrameHeader, bool> Heard,
    Action<PeerLink, PeerFrame> Received,
    Action<PeerLink, bool> Changed,
    Action<PeerLink> Ended,
    PeerRefusals Refusals,
    TimeProvider Time,
    ILogger Logger);
