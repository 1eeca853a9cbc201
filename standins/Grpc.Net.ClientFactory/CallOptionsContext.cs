using Grpc.Core;

namespace Grpc.Net.ClientFactory;

/// <summary>The options of a call that is about to start, for an action to change.</summary>
public sealed class CallOptionsContext
{
    internal CallOptionsContext(CallOptions callOptions, IServiceProvider serviceProvider)
    {
        CallOptions = callOptions;
        ServiceProvider = serviceProvider;
    }

    /// <summary>What the call starts with; set a changed copy.</summary>
    public CallOptions CallOptions { get; set; }

    /// <summary>The services that the client was made from, scoped where it was.</summary>
    public IServiceProvider ServiceProvider { get; }
}
