using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.ClientFactory;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Configures a client that <c>AddGrpcClient</c> added.</summary>
public static class GrpcHttpClientBuilderExtensions
{
    /// <summary>Changes the options of the channel.</summary>
    public static IHttpClientBuilder ConfigureChannel(this IHttpClientBuilder builder, Action<GrpcChannelOptions> configureChannel)
    {
        ArgumentNullException.ThrowIfNull(configureChannel);
        return builder.Configure(nameof(ConfigureChannel), (_, options) => options.ChannelOptionsActions.Add(configureChannel));
    }

    /// <summary>Changes the options of the channel with the help of services.</summary>
    public static IHttpClientBuilder ConfigureChannel(this IHttpClientBuilder builder, Action<IServiceProvider, GrpcChannelOptions> configureChannel)
    {
        ArgumentNullException.ThrowIfNull(configureChannel);
        return builder.Configure(
            nameof(ConfigureChannel), (services, options) => options.ChannelOptionsActions.Add(channel => configureChannel(services, channel)));
    }

    /// <summary>Adds an interceptor of the channel, shared by all clients.</summary>
    public static IHttpClientBuilder AddInterceptor(this IHttpClientBuilder builder, Func<IServiceProvider, Interceptor> configureInvoker) =>
        builder.AddInterceptor(InterceptorScope.Channel, configureInvoker);

    /// <summary>Adds an interceptor of the channel, shared by all clients.</summary>
    public static IHttpClientBuilder AddInterceptor(this IHttpClientBuilder builder, Func<Interceptor> configureInvoker) =>
        builder.AddInterceptor(InterceptorScope.Channel, configureInvoker);

    /// <summary>Adds an interceptor.</summary>
    public static IHttpClientBuilder AddInterceptor(
        this IHttpClientBuilder builder, InterceptorScope scope, Func<IServiceProvider, Interceptor> configureInvoker)
    {
        ArgumentNullException.ThrowIfNull(configureInvoker);
        return builder.Configure(
            nameof(AddInterceptor), (_, options) => options.InterceptorRegistrations.Add(new InterceptorRegistration(scope, configureInvoker)));
    }

    /// <summary>Adds an interceptor.</summary>
    public static IHttpClientBuilder AddInterceptor(this IHttpClientBuilder builder, InterceptorScope scope, Func<Interceptor> configureInvoker)
    {
        ArgumentNullException.ThrowIfNull(configureInvoker);
        return builder.AddInterceptor(scope, _ => configureInvoker());
    }

    /// <summary>Adds an interceptor of the channel that the services hold.</summary>
    public static IHttpClientBuilder AddInterceptor<TInterceptor>(this IHttpClientBuilder builder)
        where TInterceptor : Interceptor =>
        builder.AddInterceptor<TInterceptor>(InterceptorScope.Channel);

    /// <summary>Adds an interceptor that the services hold.</summary>
    public static IHttpClientBuilder AddInterceptor<TInterceptor>(this IHttpClientBuilder builder, InterceptorScope scope)
        where TInterceptor : Interceptor =>
        builder.AddInterceptor(scope, static services => services.GetRequiredService<TInterceptor>());

    /// <summary>Gives every call these credentials.</summary>
    public static IHttpClientBuilder AddCallCredentials(this IHttpClientBuilder builder, CallCredentials credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return builder.Authenticate(_ => credentials);
    }

    /// <summary>Lets a delegate add headers, such as a token, to every call.</summary>
    public static IHttpClientBuilder AddCallCredentials(this IHttpClientBuilder builder, Func<AuthInterceptorContext, Metadata, Task> authInterceptor)
    {
        ArgumentNullException.ThrowIfNull(authInterceptor);
        var credentials = CallCredentials.FromInterceptor((context, metadata) => authInterceptor(context, metadata));
        return builder.Authenticate(_ => credentials);
    }

    /// <summary>Lets a delegate add headers, such as a token, to every call, with the help of the client's services.</summary>
    public static IHttpClientBuilder AddCallCredentials(
        this IHttpClientBuilder builder, Func<AuthInterceptorContext, Metadata, IServiceProvider, Task> authInterceptor)
    {
        ArgumentNullException.ThrowIfNull(authInterceptor);
        return builder.Authenticate(services =>
            CallCredentials.FromInterceptor((context, metadata) => authInterceptor(context, metadata, services)));
    }

    /// <summary>Makes clients otherwise than by their constructor.</summary>
    public static IHttpClientBuilder ConfigureGrpcClientCreator(
        this IHttpClientBuilder builder, Func<IServiceProvider, CallInvoker, object> configureCreator)
    {
        ArgumentNullException.ThrowIfNull(configureCreator);
        return builder.Configure(
            nameof(ConfigureGrpcClientCreator), (services, options) => options.Creator = invoker => configureCreator(services, invoker));
    }

    /// <summary>Makes clients otherwise than by their constructor.</summary>
    public static IHttpClientBuilder ConfigureGrpcClientCreator(this IHttpClientBuilder builder, Func<CallInvoker, object> configureCreator)
    {
        ArgumentNullException.ThrowIfNull(configureCreator);
        return builder.Configure(nameof(ConfigureGrpcClientCreator), (_, options) => options.Creator = configureCreator);
    }

    private static IHttpClientBuilder Authenticate(this IHttpClientBuilder builder, Func<IServiceProvider, CallCredentials> credentialsOf)
    {
        builder.RefuseCredentialsInTheClear();
        return builder.Configure(nameof(AddCallCredentials), (_, options) => options.CallOptionsActions.Add(call =>
        {
            var own = credentialsOf(call.ServiceProvider);
            var given = call.CallOptions.Credentials;
            call.CallOptions = call.CallOptions.WithCredentials(given is null ? own : CallCredentials.Compose(given, own));
        }));
    }

    // A transport without TLS drops call credentials in silence, and a server's refusal would not say why.
    private static void RefuseCredentialsInTheClear(this IHttpClientBuilder builder) =>
        builder.Services.PostConfigure<GrpcClientFactoryOptions>(builder.Name, options => options.ChannelOptionsActions.Add(channel =>
        {
            var isSecure = channel.Credentials is null ? options.Address?.Scheme == Uri.UriSchemeHttps : channel.Credentials != ChannelCredentials.Insecure;
            if (!isSecure && options.Address is not null && !channel.UnsafeUseInsecureChannelCallCredentials)
            {
                throw new InvalidOperationException(
                    $"Call credential configured for gRPC client '{builder.Name}' requires TLS, and the client isn't configured to use TLS. "
                    + "Either configure a TLS address, or use the call credential without TLS by setting "
                    + "GrpcChannelOptions.UnsafeUseInsecureChannelCallCredentials to true: "
                    + $"client.AddCallCredentials((context, metadata) => {{ }}).ConfigureChannel(o => o.UnsafeUseInsecureChannelCallCredentials = true)");
            }
        }));

    private static IHttpClientBuilder Configure(
        this IHttpClientBuilder builder, string method, Action<IServiceProvider, GrpcClientFactoryOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!GrpcClientServiceExtensions.NamesIn(builder.Services).IsClient(builder.Name))
        {
            throw new InvalidOperationException($"{method} must be used with a gRPC client.");
        }

        builder.Services.AddOptions<GrpcClientFactoryOptions>(builder.Name)
            .Configure<IServiceProvider>((options, services) => configure(services, options));
        return builder;
    }
}
