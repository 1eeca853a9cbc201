using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KvStore.Bench.Streams;

/// <summary>A gRPC server on a free port of the loopback, with one service.</summary>
internal static class StreamServer
{
    public static async Task<WebApplication> StartAsync<TService>(Action<IServiceCollection> configure, CancellationToken cancellationToken)
        where TService : class
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        configure(builder.Services);
        WebApplication app = builder.Build();
        app.MapGrpcService<TService>();
        await app.StartAsync(cancellationToken);
        return app;
    }
}
