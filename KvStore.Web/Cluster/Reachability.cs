namespace KvStore.Web.Cluster;

/// <summary>Whether a member answers, and who says so.</summary>
public enum Reachability
{
    /// <summary>Not asked yet.</summary>
    Waiting,

    /// <summary>It answers this page.</summary>
    Reachable,

    /// <summary>It does not answer this page, but most members that do are connected to it.</summary>
    ReachedByMembers,

    /// <summary>Neither this page nor most of the members it can ask reach it.</summary>
    Unreachable,
}
