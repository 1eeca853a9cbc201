using Grpc.Core.Interceptors;

namespace Grpc.Net.ClientFactory;

/// <summary>An interceptor to be made, and for how long.</summary>
public class InterceptorRegistration
{
    /// <summary>Keeps both.</summary>
    public InterceptorRegistration(InterceptorScope scope, Func<IServiceProvider, Interceptor> creator)
    {
        ArgumentNullException.ThrowIfNull(creator);
        Scope = scope;
        Creator = creator;
    }

    /// <summary>For how long.</summary>
    public InterceptorScope Scope { get; }

    /// <summary>Makes it: from the root's services for a channel, from the client's own for a client.</summary>
    public Func<IServiceProvider, Interceptor> Creator { get; }
}
