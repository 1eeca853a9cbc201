namespace KvStore.Tests.Simulation.StartUp;

internal enum StartFrameKind : byte
{
    Gossip = 1,
    Election = 2,

    /// <summary>A packet of a link between members.</summary>
    Link = 3,

    /// <summary>Who are you?</summary>
    Ask = 4,

    Answer = 5,

    /// <summary>Nothing listens there.</summary>
    Refused = 6,
}
