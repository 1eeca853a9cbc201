using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace Grpc.Net.ClientFactory;

/// <summary>How the clients of a name are made.</summary>
public class GrpcClientFactoryOptions
{
    /// <summary>Where the server is.</summary>
    public Uri? Address { get; set; }

    /// <summary>Called with the options of the channel before it is made.</summary>
    public IList<Action<GrpcChannelOptions>> ChannelOptionsActions { get; } = [];

    /// <summary>Called with the options of each call before it starts.</summary>
    public IList<Action<CallOptionsContext>> CallOptionsActions { get; } = [];

    /// <summary>Interceptors of the channel, shared by all clients.</summary>
    [Obsolete("Use InterceptorRegistrations.")]
    public IList<Interceptor> Interceptors { get; } = [];

    /// <summary>Interceptors by how long each lives, the outermost first.</summary>
    public IList<InterceptorRegistration> InterceptorRegistrations { get; } = [];

    /// <summary>Makes a client above an invoker; null means its constructor, other arguments of which come from the services.</summary>
    public Func<CallInvoker, object>? Creator { get; set; }
}
