namespace KvStore.Node.Membership;

/// <summary>Whether a member's promises, accepts and answers count. Numbers are on the wire: never reuse one.</summary>
internal enum VoteState : byte
{
    /// <summary>Not known: nothing was heard of it yet.</summary>
    Unknown = 0,

    /// <summary>It has started and cannot prove that nothing was lost; it asks the others what they remember.</summary>
    Waiting = 1,

    Voting = 2,

    /// <summary>Its disk holds less than others have seen. It never votes again under this identity with this disk.</summary>
    Amnesiac = 3,
}
