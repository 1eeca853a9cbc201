namespace KvStore.Node.Peers;

/// <summary>What a packet of the simulated wire is.</summary>
internal enum SimulatedPacketKind : byte
{
    /// <summary>"Let us connect"; answered by <see cref="Opened"/> or <see cref="Reset"/>.</summary>
    Open = 1,

    Opened = 2,

    /// <summary>A frame of the dialling end.</summary>
    Forth = 3,

    /// <summary>A frame of the answering end.</summary>
    Back = 4,

    /// <summary>The sender knows no such connection, or no more.</summary>
    Reset = 5,
}
