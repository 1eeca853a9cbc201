namespace Grpc.Core;

/// <summary>The call an <see cref="AsyncAuthInterceptor"/> is asked to authenticate.</summary>
public class AuthInterceptorContext
{
    /// <summary>Describes a call that cannot be cancelled.</summary>
    public AuthInterceptorContext(string serviceUrl, string methodName)
        : this(serviceUrl, methodName, CancellationToken.None) { }

    /// <summary>Describes a call and the token that ends it early.</summary>
    public AuthInterceptorContext(string serviceUrl, string methodName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(serviceUrl);
        ArgumentNullException.ThrowIfNull(methodName);
        ServiceUrl = serviceUrl;
        MethodName = methodName;
        CancellationToken = cancellationToken;
    }

    /// <summary>Address of the service, for use as an audience.</summary>
    public string ServiceUrl { get; }

    /// <summary>Name of the method, without its service.</summary>
    public string MethodName { get; }

    /// <summary>Signalled when the call is cancelled while its credentials are fetched.</summary>
    public CancellationToken CancellationToken { get; }
}
