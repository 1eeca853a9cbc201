using Grpc.Core.Interceptors;

namespace Grpc.Core;

/// <summary>What every generated client inherits.</summary>
public abstract class ClientBase
{
    // Null in a client made without a channel, which only a test double that overrides every method is.
    private readonly ClientBaseConfiguration? _configuration;
    private readonly CallInvoker? _callInvoker;

    /// <summary>A client that calls nothing; for test doubles that override its methods.</summary>
    protected ClientBase()
    {
    }

    /// <summary>A client that calls as configured.</summary>
    protected ClientBase(ClientBaseConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _configuration = configuration;
        _callInvoker = configuration.CreateInvoker();
    }

    /// <summary>A client that calls over <paramref name="channel"/>.</summary>
    public ClientBase(ChannelBase channel)
        : this(new ClientBaseConfiguration(InvokerOf(channel), host: null))
    {
    }

    /// <summary>A client that calls through <paramref name="callInvoker"/>.</summary>
    public ClientBase(CallInvoker callInvoker)
        : this(new ClientBaseConfiguration(callInvoker, host: null))
    {
    }

    /// <summary>What the generated methods call through.</summary>
    protected CallInvoker CallInvoker => _callInvoker ?? throw NotConfigured();

    internal ClientBaseConfiguration Configuration => _configuration ?? throw NotConfigured();

    private static CallInvoker InvokerOf(ChannelBase channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return channel.CreateCallInvoker();
    }

    private NotImplementedException NotConfigured() =>
        new($"{GetType().Name} was made without a channel or an invoker and can call nothing.");

    /// <summary>Where a client calls and under which host name; opaque to generated code.</summary>
    protected internal class ClientBaseConfiguration
    {
        private readonly CallInvoker _callInvoker;
        private readonly string? _host;

        internal ClientBaseConfiguration(CallInvoker callInvoker, string? host)
        {
            ArgumentNullException.ThrowIfNull(callInvoker);
            _callInvoker = callInvoker;
            _host = host;
        }

        internal CallInvoker CreateInvoker() =>
            _host is null ? _callInvoker : _callInvoker.Intercept(new HostInterceptor(_host));

        internal ClientBaseConfiguration WithHost(string host) => new(_callInvoker, host);
    }
}
