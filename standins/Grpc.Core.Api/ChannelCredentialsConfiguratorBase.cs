namespace Grpc.Core;

/// <summary>How a transport learns what <see cref="ChannelCredentials"/> consist of: exactly one method is called.</summary>
public abstract class ChannelCredentialsConfiguratorBase
{
    /// <summary>The channel is not secured.</summary>
    public abstract void SetInsecureCredentials(object state);

    /// <summary>The channel uses TLS; null means the default of each part.</summary>
    public abstract void SetSslCredentials(
        object state,
        string? rootCertificates,
        KeyCertificatePair? keyCertificatePair,
        VerifyPeerCallback? verifyPeerCallback);

    /// <summary>The channel is secured by the first and each call carries the second.</summary>
    public abstract void SetCompositeCredentials(
        object state,
        ChannelCredentials channelCredentials,
        CallCredentials callCredentials);
}
