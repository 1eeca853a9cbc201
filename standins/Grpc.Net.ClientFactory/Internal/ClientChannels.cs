using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.Net.ClientFactory.Internal;

// One channel for each name and type of client, made when the first client asks and kept as long as the services: connections
// are shared, clients are cheap.
internal sealed class ClientChannels(
    IServiceProvider services,
    IOptionsMonitor<GrpcClientFactoryOptions> clientOptions,
    IHttpMessageHandlerFactory handlers,
    ILoggerFactory loggers) : IDisposable
{
    private readonly ConcurrentDictionary<(string Name, Type Client), Lazy<(GrpcChannel Channel, CallInvoker Invoker)>> _channels = new();

    public CallInvoker InvokerFor(string name, Type client) =>
        _channels.GetOrAdd((name, client), key => new Lazy<(GrpcChannel, CallInvoker)>(() => Open(key.Name, key.Client))).Value.Invoker;

    public void Dispose()
    {
        foreach (var channel in _channels.Values.Where(channel => channel.IsValueCreated))
        {
            channel.Value.Channel.Dispose();
        }
    }

    private (GrpcChannel Channel, CallInvoker Invoker) Open(string name, Type client)
    {
        var options = clientOptions.Get(name);
        var channelOptions = new GrpcChannelOptions { HttpHandler = handlers.CreateHandler(name), LoggerFactory = loggers, ServiceProvider = services };
        foreach (var action in options.ChannelOptionsActions)
        {
            action(channelOptions);
        }

        var address = options.Address ?? throw new InvalidOperationException(
            $"Could not resolve the address for gRPC client '{name}'. Set an address when registering the client: "
            + $"services.AddGrpcClient<{client.Name}>(o => o.Address = new Uri(\"https://localhost:5001\"))");
        var channel = GrpcChannel.ForAddress(address, channelOptions);
#pragma warning disable CS0618 // still honoured for those who fill it
        var interceptors = options.Interceptors.Concat(
            options.InterceptorRegistrations.Where(registration => registration.Scope == InterceptorScope.Channel)
                .Select(registration => registration.Creator(services)));
#pragma warning restore CS0618
        return (channel, channel.CreateCallInvoker().Intercept([.. interceptors]));
    }
}
