using KvStore.Node.Registers;
using KvStore.Node.Storage;

namespace KvStore.Node.Peers;

/// <summary>One answer of a replica.</summary>
/// <param name="Id">The request's.</param>
/// <param name="Epoch">The replica's.</param>
/// <param name="Ballot">Of a conflict: the highest seen. Otherwise the request's.</param>
/// <param name="Record">Of a promise or read.</param>
/// <param name="Floor">Of a promise or read.</param>
/// <param name="Page">Of a scan.</param>
/// <param name="Next">Of a page of a walk: where the next one begins.</param>
/// <param name="Digests">Of slots or ranges of them, as asked for; null where one has to be counted again.</param>
/// <param name="Slots">Of an inventory or a completeness.</param>
/// <param name="HoldsNext">Of an accepted: whether the request's next ballot was promised as well.</param>
/// <param name="Handed">Of an executed.</param>
internal readonly record struct PeerReply(
    PeerReplyKind Kind,
    ulong Id,
    Epoch Epoch,
    Ballot Ballot = default,
    RegisterRecord Record = default,
    Ballot Floor = default,
    StorePage? Page = null,
    bool HoldsNext = false,
    HandedAnswer? Handed = null,
    PassCursor? Next = null,
    IReadOnlyList<SlotDigest?>? Digests = null,
    SlotNews? Slots = null);
