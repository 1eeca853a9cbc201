namespace KvStore.Client;

/// <summary>What is known about a write that was not answered with success.</summary>
public enum KvOutcome
{
    /// <summary>It did not and will not take effect; sending it again is safe. Of a read: nothing changed.</summary>
    NotApplied,

    /// <summary>It may have taken effect, or still may. Read before deciding to send it again.</summary>
    Unknown,
}
