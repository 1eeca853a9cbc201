namespace KvStore.Node.Topology;

/// <summary>What a person asks for.</summary>
/// <param name="Member">Name of the member it is about, or its identity.</param>
/// <param name="IsForced">Whether keys may be left with fewer copies than there are to be.</param>
/// <param name="Successor">Of <see cref="MembershipChange.Replace"/>: name of the node that is to take the member's place; else empty.</param>
internal sealed record ChangeOrder(MembershipChange Change, string Member, bool IsForced = false, string Successor = "");
