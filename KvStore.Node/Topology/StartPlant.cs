namespace KvStore.Node.Topology;

/// <summary>Mistakes that tests plant into the start of a node, to prove that they see them. Never configuration.</summary>
internal enum StartPlant
{
    None,

    /// <summary>A cluster is formed although a listed seed has not answered.</summary>
    SilentSeedsIgnored,

    /// <summary>A member that was removed while it was away does not ask, and goes on with the disk it has.</summary>
    AbsenceIgnored,

    /// <summary>Members of former epochs vote.</summary>
    EvictedVotes,

    /// <summary>A node on an empty disk comes back with the identity that the lost disk had.</summary>
    IdentityKept,

    /// <summary>A node enters whatever cluster answers, though its seeds belong to different ones.</summary>
    ClustersMixed,
}
