namespace KvStore.Node.Coordination;

/// <summary>What a client may rely on after an answer.</summary>
internal enum OperationOutcome : byte
{
    /// <summary>The answer stands: the change took effect, or was decided to have none (a failed condition, a delete of nothing).</summary>
    Committed,

    /// <summary>The change did not take effect and never will.</summary>
    NotApplied,

    /// <summary>The deadline passed with an attempt open: the change may have taken effect, or may yet.</summary>
    Unknown,
}
