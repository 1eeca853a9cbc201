namespace KvStore.Client;

/// <summary>When a member last found a range of slots alike with all others.</summary>
/// <param name="First">The first slot.</param>
/// <param name="Last">The last slot, included.</param>
/// <param name="Age">Since then; null if that was never.</param>
public sealed record SlotAgreement(int First, int Last, TimeSpan? Age);
