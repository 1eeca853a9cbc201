using KvStore.Node.Peers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>The replies of one frame that belong to one lane.</summary>
internal sealed record ReplyBatch(MemberId From, IReadOnlyList<PeerReply> Replies);
