using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.ClientFactory;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KvStore.Tests.StandIns.Grpc;

public sealed class ClientFactoryTests : IAsyncLifetime
{
    private EchoServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Uri Address => new(_server.Address);

    public async ValueTask InitializeAsync() => _server = await EchoServer.StartAsync(Cancellation);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_client_is_a_service_that_calls_its_address()
    {
        await using var services = Build(services => services.AddGrpcClient<Echo.EchoClient>(options => options.Address = Address));

        var client = services.GetRequiredService<Echo.EchoClient>();

        Assert.Equal("hello", (await client.SayAsync(new Text { Value = "hello" }, cancellationToken: Cancellation)).Value);
        Assert.NotSame(client, services.GetRequiredService<Echo.EchoClient>());
    }

    [Fact]
    public async Task Clients_are_told_apart_by_name()
    {
        await using var services = Build(services =>
        {
            services.AddSingleton(Address);
            services.AddGrpcClient<Echo.EchoClient>("there", (provider, options) => options.Address = provider.GetRequiredService<Uri>());
            services.AddGrpcClient<Echo.EchoClient>("nowhere", options => options.Address = new Uri("http://127.0.0.1:1"));
        });
        var factory = services.GetRequiredService<GrpcClientFactory>();

        Assert.Equal("hi", (await factory.CreateClient<Echo.EchoClient>("there").SayAsync(new Text { Value = "hi" }, cancellationToken: Cancellation)).Value);
        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
            await factory.CreateClient<Echo.EchoClient>("nowhere").SayAsync(new Text(), cancellationToken: Cancellation));
        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Throws<InvalidOperationException>(() => factory.CreateClient<Echo.EchoClient>("unheard-of"));
    }

    [Fact]
    public void What_cannot_work_is_refused_when_a_client_is_made()
    {
        AssertRefused("address", services => services.AddGrpcClient<Echo.EchoClient>());
        AssertRefused("requires TLS", services => services
            .AddGrpcClient<Echo.EchoClient>(options => options.Address = Address).AddCallCredentials((_, _) => Task.CompletedTask));
    }

    [Fact]
    public void What_belongs_to_grpc_clients_is_refused_of_others()
    {
        var plain = new ServiceCollection().AddHttpClient("plain");

        Assert.Throws<InvalidOperationException>(() => plain.ConfigureChannel(_ => { }));
        Assert.Throws<InvalidOperationException>(() => plain.AddInterceptor(() => new MarkingInterceptor()));
        Assert.Throws<InvalidOperationException>(() => plain.AddCallCredentials((_, _) => Task.CompletedTask));
        Assert.Throws<InvalidOperationException>(() => plain.ConfigureGrpcClientCreator(invoker => new Echo.EchoClient(invoker)));
    }

    [Fact]
    public async Task The_channel_is_configured_once_and_shared()
    {
        var configured = 0;
        await using var services = Build(services => services
            .AddGrpcClient<Echo.EchoClient>(options => options.Address = Address)
            .ConfigureChannel(channel =>
            {
                configured++;
                channel.MaxReceiveMessageSize = 10;
            }));

        foreach (var _ in Enumerable.Range(0, 3))
        {
            var client = services.GetRequiredService<Echo.EchoClient>();
            var failure = await Assert.ThrowsAsync<RpcException>(async () =>
                await client.SayAsync(new Text { Value = "longer than ten bytes" }, cancellationToken: Cancellation));
            Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
        }

        Assert.Equal(1, configured);
    }

    [Fact]
    public async Task Interceptors_of_the_channel_are_made_once_and_those_of_clients_each_time()
    {
        List<string> made = [];
        List<string> passed = [];
        Interceptor Make(string name)
        {
            made.Add(name);
            return new NotingInterceptor(name, passed);
        }

        await using var services = Build(services => services
            .AddGrpcClient<Echo.EchoClient>(options => options.Address = Address)
            .AddInterceptor(() => Make("channel-1"))
            .AddInterceptor(InterceptorScope.Client, () => Make("client"))
            .AddInterceptor(_ => Make("channel-2")));

        foreach (var _ in Enumerable.Range(0, 2))
        {
            await services.GetRequiredService<Echo.EchoClient>().SayAsync(new Text(), cancellationToken: Cancellation);
        }

        Assert.Equal(["channel-1", "channel-2", "client", "client"], made.Order());
        Assert.Equal(["client", "channel-1", "channel-2", "client", "channel-1", "channel-2"], passed);
    }

    [Fact]
    public async Task Call_credentials_add_headers_with_services_of_the_clients_scope()
    {
        await using var services = Build(services =>
        {
            services.AddScoped<Nonce>();
            services.AddGrpcClient<Echo.EchoClient>(options => options.Address = Address)
                .ConfigureChannel(channel => channel.UnsafeUseInsecureChannelCallCredentials = true)
                .AddCallCredentials((_, metadata, provider) =>
                {
                    metadata.Add("nonce-bin", provider.GetRequiredService<Nonce>().Bytes);
                    return Task.CompletedTask;
                });
        });
        await using var scope = services.CreateAsyncScope();

        using var call = scope.ServiceProvider.GetRequiredService<Echo.EchoClient>().SayAsync(new Text(), cancellationToken: Cancellation);
        await call;

        Assert.Equal(
            scope.ServiceProvider.GetRequiredService<Nonce>().Bytes, (await call.ResponseHeadersAsync).GetValueBytes("nonce-bin"));
    }

    [Fact]
    public async Task A_creator_makes_clients_otherwise()
    {
        List<Echo.EchoClient> made = [];
        await using var services = Build(services => services
            .AddGrpcClient<Echo.EchoClient>(options => options.Address = Address)
            .ConfigureGrpcClientCreator(invoker =>
            {
                made.Add(new Echo.EchoClient(invoker));
                return made[^1];
            }));

        Assert.Same(services.GetRequiredService<Echo.EchoClient>(), Assert.Single(made));
    }

    [Fact]
    public async Task A_client_may_have_services_in_its_constructor()
    {
        await using var services = Build(services =>
        {
            services.AddSingleton<Nonce>();
            services.AddGrpcClient<ClientWithService>(options => options.Address = Address);
        });

        Assert.Same(services.GetRequiredService<Nonce>(), services.GetRequiredService<ClientWithService>().Nonce);
    }

    [Fact]
    public void One_name_is_for_one_type()
    {
        var services = new ServiceCollection();
        services.AddGrpcClient<Echo.EchoClient>("name");
        services.AddGrpcClient<Echo.EchoClient>("name");

        Assert.Throws<InvalidOperationException>(() => services.AddGrpcClient<ClientWithService>("name"));
    }

    private static ServiceProvider Build(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        add(services);
        return services.BuildServiceProvider(validateScopes: true);
    }

    private static void AssertRefused(string because, Action<IServiceCollection> add)
    {
        using var services = Build(add);
        Assert.Contains(because, Assert.Throws<InvalidOperationException>(services.GetRequiredService<Echo.EchoClient>).Message);
    }

    private sealed class Nonce
    {
        public byte[] Bytes { get; } = Guid.NewGuid().ToByteArray();
    }

    private sealed class ClientWithService(CallInvoker invoker, Nonce nonce) : Echo.EchoClient(invoker)
    {
        public Nonce Nonce => nonce;
    }

    private sealed class NotingInterceptor(string name, List<string> passed) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            passed.Add(name);
            return continuation(request, context);
        }
    }
}
