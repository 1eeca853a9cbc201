namespace KvStore.Node.Membership;

/// <summary>What is believed of a member. At one incarnation the greater overrides the smaller. Numbers are sent to peers: never reuse one.</summary>
internal enum Liveness : byte
{
    Alive = 1,

    /// <summary>It did not answer; it may still refute.</summary>
    Suspect = 2,

    /// <summary>It did not refute in time. It still can, whenever it is heard of again.</summary>
    Dead = 3,
}
