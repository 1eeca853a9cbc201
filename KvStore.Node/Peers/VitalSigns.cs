namespace KvStore.Node.Peers;

/// <summary>How a member is, as it says with every packet of failure detection.</summary>
/// <param name="OperationsInFlight">Operations it coordinates and has not answered yet.</param>
/// <param name="DurableLsn">How far its log is on disk.</param>
/// <param name="WallMilliseconds">Its wall clock, since 1970.</param>
/// <param name="Evictions">Whom it would have removed, and whom kept.</param>
internal readonly record struct VitalSigns(int OperationsInFlight, long DurableLsn, long WallMilliseconds, EvictionSigns Evictions = default);
