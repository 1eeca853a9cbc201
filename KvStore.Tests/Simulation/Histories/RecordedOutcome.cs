namespace KvStore.Tests.Simulation.Histories;

/// <summary>What the client was told.</summary>
internal enum RecordedOutcome
{
    /// <summary>A definite answer, also "the condition does not hold" and "there was nothing to delete".</summary>
    Committed,

    /// <summary>Refused before it could have any effect: nobody may ever see what it was to write.</summary>
    NotApplied,

    /// <summary>No answer, or one that says so: it may take effect at any time from its start on, once, or never.</summary>
    Unknown,
}
