namespace KvStore.Tests.Simulation.Histories;

/// <summary>What an operation asked for.</summary>
internal enum OperationKind
{
    Put,
    Delete,

    /// <summary>A put that is to happen only if a given version is there, or nothing.</summary>
    CompareAndSet,

    /// <summary>Adds a positive number. A key that is incremented is a counter and sees no other writes.</summary>
    Increment,

    Read,
}
