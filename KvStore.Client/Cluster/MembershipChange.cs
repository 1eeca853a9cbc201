namespace KvStore.Client;

/// <summary>What a cluster can be asked to do with a member, or what that would move.</summary>
public enum MembershipChange
{
    /// <summary>A living member hands over what it holds and is a member no more.</summary>
    Leave = 1,

    /// <summary>A dead member is one no more; the others make copies of what it held.</summary>
    Remove = 2,

    /// <summary>A dead member's place is kept for a node of another name, which takes it when it is started: one change and not two.</summary>
    Replace = 3,

    /// <summary>A node that is no member yet is let in. Only planned: it joins by itself, by its seeds, when it is started.</summary>
    Join = 4,
}
