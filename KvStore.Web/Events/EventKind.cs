namespace KvStore.Web.Events;

/// <summary>What an event is about.</summary>
public enum EventKind
{
    /// <summary>A member came or went.</summary>
    Members,

    /// <summary>Somebody was suspected, taken for dead, or found alive.</summary>
    Liveness,

    /// <summary>An epoch was decided.</summary>
    Epochs,

    /// <summary>Slots began to move to new owners, or had moved.</summary>
    Transfers,

    /// <summary>A dead member is to be removed, is removed, or is kept.</summary>
    Evictions,

    /// <summary>Replicas that were not alike were brought together.</summary>
    Repairs,

    /// <summary>A member was harmed on purpose, or is no more.</summary>
    Faults,

    /// <summary>A node asked to be a member and was refused.</summary>
    Refusals,
}
