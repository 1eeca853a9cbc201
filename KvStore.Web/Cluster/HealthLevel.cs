namespace KvStore.Web.Cluster;

/// <summary>How the cluster is, for the one word at the top of the page.</summary>
public enum HealthLevel
{
    /// <summary>Nothing is known yet.</summary>
    Connecting,

    /// <summary>Every member serves and every slot has all its replicas.</summary>
    Healthy,

    /// <summary>Something is missing, and every key can still be read and written at quorum.</summary>
    Degraded,

    /// <summary>Some keys cannot be read or written at quorum.</summary>
    Unavailable,
}
