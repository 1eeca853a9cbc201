using System.Diagnostics.CodeAnalysis;
using Grpc.Net.ClientFactory;
using Grpc.Net.ClientFactory.Internal;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds gRPC clients to the services: typed, pooled over IHttpClientFactory's handlers, configured by name.</summary>
public static class GrpcClientServiceExtensions
{
    /// <summary>Adds a client named by its type.</summary>
    public static IHttpClientBuilder AddGrpcClient<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(this IServiceCollection services)
        where TClient : class =>
        services.AddGrpcClient<TClient>(NameOf(typeof(TClient)));

    /// <summary>Adds a client named by its type.</summary>
    public static IHttpClientBuilder AddGrpcClient<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(this IServiceCollection services, Action<GrpcClientFactoryOptions> configureClient)
        where TClient : class =>
        services.AddGrpcClient<TClient>(NameOf(typeof(TClient)), configureClient);

    /// <summary>Adds a client named by its type.</summary>
    public static IHttpClientBuilder AddGrpcClient<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(
        this IServiceCollection services, Action<IServiceProvider, GrpcClientFactoryOptions> configureClient)
        where TClient : class =>
        services.AddGrpcClient<TClient>(NameOf(typeof(TClient)), configureClient);

    /// <summary>Adds a client by this name.</summary>
    public static IHttpClientBuilder AddGrpcClient<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(this IServiceCollection services, string name)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        NamesIn(services).Add(name, typeof(TClient));
        services.TryAddSingleton<ClientChannels>();
        services.TryAddTransient<GrpcClientFactory, ConfiguredClientFactory>();
        services.AddTransient(provider => provider.GetRequiredService<GrpcClientFactory>().CreateClient<TClient>(name));
        return services.AddHttpClient(name).ConfigurePrimaryHttpMessageHandler(provider => PrimaryHandler(provider, name));
    }

    /// <summary>Adds a client by this name.</summary>
    public static IHttpClientBuilder AddGrpcClient<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(
        this IServiceCollection services, string name, Action<GrpcClientFactoryOptions> configureClient)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(configureClient);
        return services.AddGrpcClient<TClient>(name, (_, options) => configureClient(options));
    }

    /// <summary>Adds a client by this name.</summary>
    public static IHttpClientBuilder AddGrpcClient<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(
        this IServiceCollection services, string name, Action<IServiceProvider, GrpcClientFactoryOptions> configureClient)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(configureClient);
        var builder = services.AddGrpcClient<TClient>(name);
        services.AddOptions<GrpcClientFactoryOptions>(name)
            .Configure<IServiceProvider>((options, provider) => configureClient(provider, options));
        return builder;
    }

    // One for the collection: later calls see the names that earlier ones gave.
    internal static ClientNames NamesIn(IServiceCollection services)
    {
        var known = services.Select(service => service.IsKeyedService ? null : service.ImplementationInstance).OfType<ClientNames>().FirstOrDefault();
        if (known is null)
        {
            known = new ClientNames();
            services.AddSingleton(known);
        }

        return known;
    }

    // Without arity, as generated clients are never generic; a nested type's without the outer one's.
    private static string NameOf(Type client) => client.Name;

    // A channel keeps its handler, so it is the connections that must grow old for changes of DNS to be seen.
    private static SocketsHttpHandler PrimaryHandler(IServiceProvider services, string name) => new()
    {
        EnableMultipleHttp2Connections = true,
        PooledConnectionLifetime = services.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get(name).HandlerLifetime,
    };
}
