namespace KvStore.Node.Ring;

/// <summary>A member as placement sees it: who it is, and the zone it fails together with ("" when nobody said).</summary>
internal readonly record struct RingMember(MemberId Id, string Zone);
