using KvStore.Node.Peers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>Hands a request to the link of a peer.</summary>
/// <returns>False if it is down or full: the request did not leave.</returns>
internal delegate bool PeerSend(MemberId to, LinkClass linkClass, in PeerRequest request);
