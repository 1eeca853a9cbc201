namespace KvStore.Node.Topology;

/// <summary>What a person may ask for, or ask what it would move.</summary>
internal enum MembershipChange : byte
{
    /// <summary>A living member hands over what it holds and is a member no more.</summary>
    Leave = 1,

    /// <summary>A dead member is one no more; the others make copies of what it held.</summary>
    Remove = 2,

    /// <summary>A dead member's place is kept for a node of another name, which takes it when it asks to be let in: one change and not two.</summary>
    Replace = 3,

    /// <summary>A node that is no member yet is let in. Only planned: it joins by itself when it is started.</summary>
    Join = 4,
}
