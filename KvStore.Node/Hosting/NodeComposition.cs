using System.Security.Cryptography.X509Certificates;
using KvStore.Node.Configuration;
using KvStore.Node.FrontEnds;
using KvStore.Node.FrontEnds.Grpc;
using KvStore.Node.FrontEnds.Http;
using KvStore.Node.FrontEnds.Peers;
using KvStore.Node.FrontEnds.Resp;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KvStore.Node.Hosting;

/// <summary>What Program says in one line each: the services of a member and the addresses of its REST surface.</summary>
internal static class NodeComposition
{
    /// <summary>A key of 4,096 bytes takes three times that in a request line when every byte is percent-encoded.</summary>
    private const int RequestLineBytesMax = 32 * 1024;

    /// <summary>
    /// How long the server waits for requests in flight before it cuts them off. With <see cref="Member.DrainMax"/> it stays
    /// below the six seconds that an orchestrator leaves between SIGTERM and SIGKILL.
    /// </summary>
    private static readonly TimeSpan ServerDrainMax = TimeSpan.FromSeconds(2);

    /// <summary>How often watchers of the health service learn what the checks find. They only look at memory.</summary>
    private static readonly TimeSpan HealthPeriod = TimeSpan.FromSeconds(1);

    public static void AddMember(this WebApplicationBuilder builder, MemberHost host, NodeOptions options)
    {
        AddKestrel(builder, host.Ports, options.Resp);
        IServiceCollection services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(host);
        services.AddTransient(_ => PartsOf(host).Member);
        services.AddTransient(_ => PartsOf(host).Gossip);
        services.AddTransient(_ => PartsOf(host).Topology);
        services.AddSingleton<RequestRules>();
        services.AddSingleton<OperationSpan>();
        services.AddSingleton<Operations>();
        services.AddSingleton<ClusterView>();
        services.AddSingleton<FaultView>();
        services.AddHostedService(provider => host.LogTo(provider.GetRequiredService<ILoggerFactory>()));
        // A check that fails is the answer to who asked, each second while a member starts; what changed its state says so once.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        services.AddGrpcHealthChecks().AddCheck<MemberHealth>("member");
        services.Configure<HealthCheckPublisherOptions>(static publisher =>
        {
            publisher.Delay = TimeSpan.Zero;
            publisher.Period = HealthPeriod;
        });
        services.AddGrpcReflection();
        services.AddKvOpenApi();
        services.Configure<HostOptions>(application => application.ShutdownTimeout = ServerDrainMax);
        AddGrpc(services, new RequestRules(options));
        AddResp(services, host, options);
    }

    private static void AddResp(IServiceCollection services, MemberHost host, NodeOptions options)
    {
        if (options.Resp.Cluster)
        {
            services.AddSingleton<RespAddresses>();
            services.AddSingleton<ClusterFacade>();
            services.AddHostedService<RespAddressLoop>();
        }

        services.AddSingleton(provider => new RespServer(
            options,
            () => host.Parts?.Member,
            () => host.Parts is null ? null : provider.GetRequiredService<ClusterView>(),
            () => host.Parts is null ? null : provider.GetService<ClusterFacade>(),
            provider.GetRequiredService<OperationSpan>(),
            provider.GetRequiredService<RequestRules>(),
            provider.GetRequiredService<TimeProvider>(),
            Random.Shared,
            provider.GetRequiredService<ILogger<RespServer>>()));
    }

    /// <summary>What a request passes through, and where it ends.</summary>
    public static void MapMember(this WebApplication app)
    {
        MemberHost host = app.Services.GetRequiredService<MemberHost>();
        app.UseTraceResponse();
        app.UseProblemBoundary();
        app.UseClusterGate(host);
        app.UseKvRouting();
        app.UseRouting();
        app.MapDefaultEndpoints();
        app.MapOpenApi();
        app.MapRest();
        app.MapGrpcService<KvGrpcService>();
        app.MapGrpcService<ClusterGrpcService>();
        app.MapGrpcService<PeerGrpcService>();
        app.MapGrpcHealthChecksService().DisableHttpMetrics();
        app.MapGrpcReflectionService();

        app.Lifetime.ApplicationStarted.Register(host.Listens);
    }

    private static void MapRest(this WebApplication app)
    {
        // The member may come to be only later; ClusterGate lets nobody through before.
        RequestRules rules = app.Services.GetRequiredService<RequestRules>();
        new KvEndpoints(new Lazy<Operations>(app.Services.GetRequiredService<Operations>), rules).Map(app);
        new ListingEndpoint(new Lazy<Member>(app.Services.GetRequiredService<Member>), rules).Map(app);
        new ClusterEndpoints(new Lazy<ClusterView>(app.Services.GetRequiredService<ClusterView>), rules).Map(app);
        new FaultEndpoints(new Lazy<FaultView>(app.Services.GetRequiredService<FaultView>)).Map(app);
        new ChangeEndpoints(new Lazy<ClusterView>(app.Services.GetRequiredService<ClusterView>)).Map(app);
    }

    private static void AddKestrel(WebApplicationBuilder builder, Ports ports, RespOptions resp)
    {
        // The ports are the options' alone. A list without an address in it, because an empty text would let ASPNETCORE_URLS
        // through, and the server would warn that it does not follow it.
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, ";");
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = ports.Take);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = RequestLineBytesMax;
            kestrel.Limits.Http2.InitialStreamWindowSize = 1 << 20;
            kestrel.Limits.Http2.InitialConnectionWindowSize = 4 << 20;
            kestrel.Listen(ports.HttpEndPoint, listener => listener.Protocols = HttpProtocols.Http1);
            Lazy<PeerConnections> members = new(kestrel.ApplicationServices.GetRequiredService<PeerConnections>);
            PrefaceGate gate = new(ports.Http, (connection, linkClass) => members.Value.RunAsync(connection, linkClass), kestrel.Limits.KeepAliveTimeout, TimeProvider.System);
            kestrel.Listen(ports.GrpcEndPoint, listener =>
            {
                listener.Protocols = HttpProtocols.Http2;
                listener.Use(next => connection => gate.RunAsync(connection, next));
            });
            if (ports.RespEndPoint is { } respEndPoint)
            {
                kestrel.Listen(respEndPoint, listener => ServeResp(listener, resp, kestrel));
            }
        });
    }

    /// <summary>Connections as they are, behind TLS where there is a certificate.</summary>
    private static void ServeResp(ListenOptions listener, RespOptions resp, KestrelServerOptions kestrel)
    {
        listener.Protocols = HttpProtocols.Http1; // it has to name one, and nothing gets so far
        if (resp.CertificateFile.Length > 0)
        {
            listener.UseHttps(X509Certificate2.CreateFromPemFile(resp.CertificateFile, resp.KeyFile));
        }

        Lazy<RespServer> server = new(kestrel.ApplicationServices.GetRequiredService<RespServer>);
        listener.Run(connection => server.Value.RunAsync(connection));
    }

    private static void AddGrpc(IServiceCollection services, RequestRules rules)
    {
        services.AddGrpc(grpc =>
        {
            // Its catch-all routes would hide that a method is not allowed at an address of REST.
            grpc.IgnoreUnknownServices = true;
            grpc.MaxReceiveMessageSize = rules.MessageBytesMax;
            grpc.MaxSendMessageSize = rules.MessageBytesMax;
        });

        // One of each: they hold nothing of a call.
        services.AddSingleton<GrpcBatch>();
        services.AddSingleton<GrpcFollow>();
        services.AddSingleton<GrpcSession>();
        services.AddSingleton<KvGrpcService>();
        services.AddSingleton<ClusterGrpcService>();
        services.AddSingleton(provider => new PeerGrpcService(
            () => PartsOf(provider.GetRequiredService<MemberHost>()).Gossip.Loop,
            message => PartsOf(provider.GetRequiredService<MemberHost>()).Topology.Receive(message),
            provider.GetRequiredService<MemberHost>().AnswerAsync,
            provider.GetRequiredService<MemberHost>().Faults));
        services.AddSingleton(provider => new PeerConnections(
            () => provider.GetRequiredService<MemberHost>().Parts?.Member.Links,
            () => provider.GetRequiredService<MemberHost>() is var host ? $"{host.Name} is in no cluster yet: {host.Reason}" : "",
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<MemberHost>().Faults));
    }

    private static MemberParts PartsOf(MemberHost host) => host.Parts ?? throw new InvalidOperationException("the node is in no cluster yet");
}
