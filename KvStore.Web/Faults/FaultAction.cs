namespace KvStore.Web.Faults;

/// <summary>What can be done to members on purpose.</summary>
public enum FaultAction
{
    /// <summary>What they send to the others leaves later.</summary>
    Slow,

    /// <summary>A share of what is sent between them and the others is lost.</summary>
    Drop,

    /// <summary>They and the others hear nothing of each other.</summary>
    Partition,

    /// <summary>Each of them hears nothing of anybody.</summary>
    Pause,

    /// <summary>Their processes end at once.</summary>
    Kill,
}
