namespace Grpc.Core;

/// <summary>How a transport learns what <see cref="CallCredentials"/> consist of: exactly one method is called.</summary>
public abstract class CallCredentialsConfiguratorBase
{
    /// <summary>The credentials are these, to be applied in turn.</summary>
    public abstract void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials);

    /// <summary>The credentials are fetched by this delegate.</summary>
    public abstract void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor);
}
