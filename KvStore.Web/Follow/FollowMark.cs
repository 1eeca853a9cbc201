namespace KvStore.Web.Follow;

/// <summary>How an owner stands in a request that is followed.</summary>
public enum FollowMark
{
    /// <summary>Not asked, in this phase.</summary>
    None,

    /// <summary>Asked, and nothing heard yet.</summary>
    Asked,

    /// <summary>It said what was asked for.</summary>
    Yes,

    /// <summary>It refused.</summary>
    No,

    /// <summary>The request could not leave.</summary>
    Unreachable,

    /// <summary>It accepted after the answer.</summary>
    Late,

    /// <summary>It stayed silent, and what it missed is kept for it.</summary>
    Hinted,

    /// <summary>It was behind and is sent what was read.</summary>
    Taught,
}
