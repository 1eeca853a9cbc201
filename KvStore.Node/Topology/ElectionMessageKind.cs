namespace KvStore.Node.Topology;

/// <summary>Numbers are sent to peers: never reuse one.</summary>
internal enum ElectionMessageKind : byte
{
    /// <summary>Take part in no lower ballot any more, and say what you accepted.</summary>
    Prepare = 1,

    /// <summary>The voter does so; with what it accepted last.</summary>
    Promise = 2,

    /// <summary>Vote for this document.</summary>
    Accept = 3,

    Accepted = 4,

    /// <summary>The voter takes part in a higher ballot.</summary>
    Reject = 5,

    /// <summary>The sender's epoch: give it the documents after that.</summary>
    Fetch = 6,

    /// <summary>Decided documents, in order.</summary>
    Documents = 7,
}
