namespace KvStore.Tests.Simulation;

/// <summary>What a piece of work is, for the trace.</summary>
internal enum WorkKind : byte
{
    Continuation,
    Timer,
    Step,
    Delivery,
    Disk,
}
