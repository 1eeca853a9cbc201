using System.Diagnostics.CodeAnalysis;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Grpc.Net.ClientFactory.Internal;

// Transient, so that what a client is made with comes from the scope that asks for it.
internal sealed class ConfiguredClientFactory(
    IServiceProvider services, ClientChannels channels, ClientNames names, IOptionsMonitor<GrpcClientFactoryOptions> clientOptions) : GrpcClientFactory
{
    public override TClient CreateClient<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(string name)
        where TClient : class
    {
        if (!names.IsClient(name))
        {
            throw new InvalidOperationException($"No gRPC client configured with name '{name}'.");
        }

        var options = clientOptions.Get(name);
        var invoker = channels.InvokerFor(name, typeof(TClient)).Intercept(
        [
            .. options.InterceptorRegistrations.Where(registration => registration.Scope == InterceptorScope.Client)
                .Select(registration => registration.Creator(services)),
        ]);
        if (options.CallOptionsActions.Count > 0)
        {
            invoker = new CallOptionsInvoker(invoker, options.CallOptionsActions, services);
        }

        return options.Creator is null
            ? ActivatorUtilities.CreateInstance<TClient>(services, invoker)
            : options.Creator(invoker) as TClient
                ?? throw new InvalidOperationException($"The creator of gRPC client '{name}' did not make a {typeof(TClient)}.");
    }
}
