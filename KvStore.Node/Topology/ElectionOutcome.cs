namespace KvStore.Node.Topology;

/// <summary>How a proposal ended.</summary>
internal enum ElectionOutcome : byte
{
    /// <summary>It is the epoch's document.</summary>
    Decided = 1,

    /// <summary>Another document is: whoever still wants its change makes it from that one.</summary>
    Superseded = 2,

    /// <summary>No majority answered in time. It may still be decided, by whoever finds it accepted.</summary>
    Unknown = 3,
}
