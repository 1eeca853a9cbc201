using KvStore.Node.FrontEnds;
using KvStore.Node.FrontEnds.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KvStore.Node.Hosting;

/// <summary>What Program says in one line each: the services of a member and the addresses of its REST surface.</summary>
internal static class NodeComposition
{
    /// <summary>Beyond the largest value, for the rest of a message.</summary>
    private const int MessageSlack = 1 << 20;

    private const int MessageLeast = 16 << 20;

    public static void AddMember(this WebApplicationBuilder builder, MemberHost host, NodeOptions options)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.BindAddress, host.Ports.Http, listener => listener.Protocols = HttpProtocols.Http1);
            kestrel.Listen(options.BindAddress, host.Ports.Grpc, listener => listener.Protocols = HttpProtocols.Http2);
            kestrel.Limits.Http2.InitialStreamWindowSize = 1 << 20;
            kestrel.Limits.Http2.InitialConnectionWindowSize = 4 << 20;
        });
        IServiceCollection services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider => host.Make(provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(provider => provider.GetRequiredService<Member>().Links);
        services.AddSingleton<RequestRules>();
        services.AddSingleton<ClusterView>();
        services.AddHostedService(provider =>
        {
            provider.GetRequiredService<Member>();
            return host;
        });
        services.AddHealthChecks().AddCheck<MemberHealth>("member");
        services.AddOpenApi();
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = Math.Max(MessageLeast, options.ValueBytesMax + MessageSlack);
            grpc.MaxSendMessageSize = grpc.MaxReceiveMessageSize;
        });
    }

    public static void MapRest(this WebApplication app)
    {
        Member member = app.Services.GetRequiredService<Member>();
        RequestRules rules = app.Services.GetRequiredService<RequestRules>();
        new KvEndpoints(member, rules).Map(app);
        new ListingEndpoint(member, rules).Map(app);
        new ClusterEndpoints(app.Services.GetRequiredService<ClusterView>(), rules).Map(app);
    }
}
