using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Aspire.Dashboard;

/// <summary>Listens at the three addresses, on loopback, and keeps them apart.</summary>
internal static class Doors
{
    private sealed record Entered(Door Door);

    public static void Listen(KestrelServerOptions kestrel, DashboardOptions options)
    {
        Open(kestrel, options.Frontend, HttpProtocols.Http1, Door.Frontend);
        Open(kestrel, options.OtlpGrpc, HttpProtocols.Http2, Door.OtlpGrpc);
        Open(kestrel, options.OtlpHttp, HttpProtocols.Http1, Door.OtlpHttp);
    }

    /// <summary>What is not served at a door is not there.</summary>
    public static void UseDoors(this WebApplication app) => app.Use((context, next) =>
    {
        var path = context.Request.Path;
        var isServed = context.Features.Get<Entered>()?.Door switch
        {
            Door.OtlpGrpc => path.StartsWithSegments("/opentelemetry.proto.collector.trace.v1.TraceService")
                || path.StartsWithSegments("/opentelemetry.proto.collector.logs.v1.LogsService")
                || path.StartsWithSegments("/opentelemetry.proto.collector.metrics.v1.MetricsService"),
            Door.OtlpHttp => path.StartsWithSegments("/v1"),
            _ => !path.StartsWithSegments("/v1") && path.Value?.Contains("opentelemetry.proto", StringComparison.Ordinal) != true,
        };
        if (isServed)
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });

    private static void Open(KestrelServerOptions kestrel, Uri address, HttpProtocols protocols, Door door)
    {
        if (address.Port != 0 && address.Host == "localhost")
        {
            kestrel.ListenLocalhost(address.Port, Configure);
        }
        else
        {
            kestrel.Listen(address.HostNameType == UriHostNameType.IPv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, address.Port, Configure);
        }

        void Configure(ListenOptions listen)
        {
            listen.Protocols = protocols;
            listen.Use(next => connection =>
            {
                connection.Features.Set(new Entered(door));
                return next(connection);
            });
        }
    }
}
