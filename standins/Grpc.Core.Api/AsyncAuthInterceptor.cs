namespace Grpc.Core;

/// <summary>Adds call credentials, such as a token, to the headers of an outgoing call.</summary>
/// <param name="context">The call about to be made.</param>
/// <param name="metadata">Headers to add to; read-only once the returned task has ended.</param>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);
