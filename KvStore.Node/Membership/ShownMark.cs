namespace KvStore.Node.Membership;

/// <summary>How far a member's disk reaches, as it shows at the head of every frame.</summary>
/// <param name="BootCount">How often its store was opened.</param>
/// <param name="BootNonce">
/// Drawn anew at each opening. Two openings under one boot count mean that the directory was wiped or put back in between.
/// </param>
/// <param name="OpenedLsn">The last log number found when the store was opened: what the lives before left.</param>
/// <param name="DurableLsn">The last log number on its disk now.</param>
internal readonly record struct ShownMark(long BootCount, long BootNonce, long OpenedLsn, long DurableLsn);
