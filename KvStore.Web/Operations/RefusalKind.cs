namespace KvStore.Web.Operations;

/// <summary>How a refusal of a change is to be taken.</summary>
public enum RefusalKind
{
    /// <summary>There was none.</summary>
    None,

    /// <summary>The cluster will not do it, or not without force.</summary>
    Refused,

    /// <summary>The cluster has changed since the plan was made: nothing was done.</summary>
    Outdated,

    /// <summary>Nobody answered who could; nothing was done.</summary>
    NotAnswered,

    /// <summary>It may have begun all the same.</summary>
    Unknown,
}
