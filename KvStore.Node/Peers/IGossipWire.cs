namespace KvStore.Node.Peers;

/// <summary>
/// The way of packets of failure detection and messages of elections to other members. Nothing is promised of what is given to
/// it: it may be lost, late or doubled. Nothing here waits or throws.
/// </summary>
internal interface IGossipWire : IDisposable
{
    /// <summary>Sends a packet of failure detection.</summary>
    /// <param name="address">"http://host:port".</param>
    /// <param name="delay">Until it leaves, where that is wanted for demonstration.</param>
    void Send(string address, byte[] packet, TimeSpan delay = default);

    /// <summary>Sends a message of an election.</summary>
    /// <param name="address">"http://host:port".</param>
    /// <param name="delay">As of a packet.</param>
    void SendElection(string address, byte[] message, TimeSpan delay = default);

    /// <summary>Whatever leads to other addresses is closed.</summary>
    void Keep(IReadOnlyCollection<string> addresses);
}
