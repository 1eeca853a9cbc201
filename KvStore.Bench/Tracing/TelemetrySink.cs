using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace KvStore.Bench.Tracing;

/// <summary>Takes OTLP over HTTP and forgets it: what is measured is what it costs to make and to send.</summary>
internal sealed class TelemetrySink : IAsyncDisposable
{
    private readonly WebApplication _app;
    private long _traceBytes;

    private TelemetrySink(WebApplication app)
    {
        _app = app;
        app.MapPost("/v1/{signal}", async context =>
        {
            PipeReader body = context.Request.BodyReader;
            long bytes = 0;
            ReadResult read;
            do
            {
                read = await body.ReadAsync(context.RequestAborted);
                bytes += read.Buffer.Length;
                body.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted);

            if (context.Request.Path.Value!.EndsWith("traces", StringComparison.Ordinal))
            {
                Interlocked.Add(ref _traceBytes, bytes);
            }
        });
    }

    public string Address => _app.Urls.Single();

    /// <summary>Of traces, so far.</summary>
    public long TraceBytes => Interlocked.Read(ref _traceBytes);

    public static async Task<TelemetrySink> StartAsync(CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        TelemetrySink sink = new(builder.Build());
        await sink._app.StartAsync(cancellationToken);
        return sink;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
