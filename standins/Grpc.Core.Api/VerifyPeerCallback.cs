namespace Grpc.Core;

/// <summary>Decides whether to trust a server.</summary>
public delegate bool VerifyPeerCallback(VerifyPeerContext context);
