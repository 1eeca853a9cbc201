namespace KvStore.Node.Peers;

/// <summary>What stands next on a connection of frames.</summary>
internal enum FrameWord
{
    /// <summary>Nothing whole yet.</summary>
    Missing,

    /// <summary>The answering end has taken the link.</summary>
    Welcome,

    /// <summary>A frame.</summary>
    Frame,

    /// <summary>The other end ends the connection and says why.</summary>
    Farewell,

    /// <summary>A length that cannot be.</summary>
    Malformed,
}
