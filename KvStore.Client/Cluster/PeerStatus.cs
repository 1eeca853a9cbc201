namespace KvStore.Client;

/// <summary>How one member sees another.</summary>
/// <param name="Id">The other's identity.</param>
/// <param name="Name">The other's name.</param>
/// <param name="Connected">Whether the link is up.</param>
/// <param name="RoundTrip">Smoothed time of a request and its reply; zero before the first.</param>
/// <param name="QueuedBytes">Bytes waiting to be sent.</param>
/// <param name="LastError">Why the link is down; empty where it is up.</param>
/// <param name="Since">How long it has been in this state.</param>
public sealed record PeerStatus(
    string Id,
    string Name,
    bool Connected,
    TimeSpan RoundTrip,
    long QueuedBytes,
    string LastError,
    TimeSpan Since);
