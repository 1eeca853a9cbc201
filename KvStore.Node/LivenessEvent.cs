using KvStore.Node.Membership;

namespace KvStore.Node;

/// <summary>A change of what this member believes of another, or its refutation of what was said of itself.</summary>
/// <param name="At">By this member's wall clock.</param>
internal sealed record LivenessEvent(DateTimeOffset At, LivenessChange Change);
