namespace Grpc.Core;

/// <summary>The server a <see cref="VerifyPeerCallback"/> decides about.</summary>
public class VerifyPeerContext
{
    internal VerifyPeerContext(string targetName, string peerPem)
    {
        TargetName = targetName;
        PeerPem = peerPem;
    }

    /// <summary>Name the client wanted to reach.</summary>
    public string TargetName { get; }

    /// <summary>The server's certificate, PEM text.</summary>
    public string PeerPem { get; }
}
