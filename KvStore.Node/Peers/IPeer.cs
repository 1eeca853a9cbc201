namespace KvStore.Node.Peers;

/// <summary>
/// One wire to one peer for one class of traffic, and the only way off the machine: a connection, or the simulated
/// network. It carries whole frames in order and decides nothing; <see cref="PeerLink"/> owns it and does the deciding.
/// </summary>
internal interface IPeer
{
    /// <summary>
    /// Starts to connect. Then, each from any thread but never two at once: <see cref="PeerLink.OnOpened"/>,
    /// <see cref="PeerLink.OnFrame"/> per frame received, <see cref="PeerLink.OnSent"/> per frame sent, and at last, once,
    /// <see cref="PeerLink.OnLost"/>. After that it may be opened again.
    /// </summary>
    void Open(PeerLink link);

    /// <summary>Sends one frame. Called only while open and with no other frame being sent; the memory is the wire's until <see cref="PeerLink.OnSent"/>.</summary>
    void Send(ReadOnlyMemory<byte> frame);

    /// <summary>Gives the connection up; <see cref="PeerLink.OnLost"/> follows if it was open or opening.</summary>
    void Close();
}
