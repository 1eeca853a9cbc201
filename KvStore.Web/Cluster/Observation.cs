namespace KvStore.Web.Cluster;

/// <summary>How one member sees another.</summary>
/// <param name="Observer">Name of the member that says so.</param>
/// <param name="Why">Why its link is down, where it is.</param>
public sealed record Observation(string Observer, bool IsConnected, TimeSpan RoundTrip, string Why)
{
    /// <summary>"alive", "suspect" or "dead"; empty where the observer does not say.</summary>
    public string Liveness { get; init; } = "";
}
