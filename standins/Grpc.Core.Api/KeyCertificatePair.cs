namespace Grpc.Core;

/// <summary>A certificate chain and the private key of its first certificate, both PEM text.</summary>
public sealed class KeyCertificatePair
{
    /// <summary>Pairs a chain with its key.</summary>
    public KeyCertificatePair(string certificateChain, string privateKey)
    {
        ArgumentNullException.ThrowIfNull(certificateChain);
        ArgumentNullException.ThrowIfNull(privateKey);
        CertificateChain = certificateChain;
        PrivateKey = privateKey;
    }

    /// <summary>The chain.</summary>
    public string CertificateChain { get; }

    /// <summary>The key.</summary>
    public string PrivateKey { get; }
}
