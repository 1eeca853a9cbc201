using KvStore.Node.Membership;

namespace KvStore.Node;

/// <summary>A change of what this member believes of another, or its refutation of what was said of itself.</summary>
/// <param name="At">By this member's wall clock.</param>
/// <param name="Member">Name of who it is about, as it was then: who is a member no more is found by its name in no topology.</param>
/// <param name="By">Name of who said so, likewise.</param>
internal sealed record LivenessEvent(DateTimeOffset At, LivenessChange Change, string Member, string By);
