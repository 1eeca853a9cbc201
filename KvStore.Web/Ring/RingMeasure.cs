namespace KvStore.Web.Ring;

/// <summary>What the discs of the ring show.</summary>
public enum RingMeasure
{
    /// <summary>Replicas of slots that it holds.</summary>
    Slots,

    /// <summary>Keys with a value.</summary>
    Keys,

    /// <summary>Bytes of values.</summary>
    Bytes,

    /// <summary>Reads a second that it coordinates.</summary>
    Reads,

    /// <summary>Writes a second that it coordinates.</summary>
    Writes,

    /// <summary>The 99th percentile of how long operations take that it coordinates.</summary>
    P99,

    /// <summary>Records that the others keep for it.</summary>
    Hints,

    /// <summary>Slots in which it differed from another member when they were last compared.</summary>
    Debt,
}
