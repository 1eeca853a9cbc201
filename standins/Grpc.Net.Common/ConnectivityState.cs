namespace Grpc.Core;

/// <summary>Whether a channel has a connection.</summary>
public enum ConnectivityState
{
    /// <summary>None, and none is being made.</summary>
    Idle,

    /// <summary>One is being made.</summary>
    Connecting,

    /// <summary>It has one.</summary>
    Ready,

    /// <summary>It lost one or failed to make one and will try again.</summary>
    TransientFailure,

    /// <summary>The channel has ended.</summary>
    Shutdown,
}
