using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace KvStore.Tests.ServiceDefaults.Telemetry;

/// <summary>Takes OTLP over HTTP and keeps what arrives, unparsed.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, string? Key, byte[] Body)> _received = new();
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app)
    {
        _app = app;
        app.MapPost("/v1/{signal}", async context =>
        {
            await Hold;
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            _received.Enqueue((context.Request.Path, context.Request.Headers["x-otlp-api-key"], body.ToArray()));
        });
    }

    /// <summary>Nothing is taken before it has ended.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    public string Address => _app.Urls.Single();

    public IEnumerable<string> Paths => _received.Select(request => request.Path).Distinct().Order(StringComparer.Ordinal);

    public IEnumerable<string?> Keys => _received.Select(request => request.Key).Distinct();

    /// <summary>The messages received for a signal, in the order they came.</summary>
    public IEnumerable<byte[]> Bodies(string path) => _received.Where(request => request.Path == path).Select(request => request.Body);

    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new OtlpReceiver(builder.Build());
        await receiver._app.StartAsync(cancellationToken);
        return receiver;
    }

    public bool Contains(string path, string text) => CountOf(path, text) > 0;

    /// <summary>How often a text is in what was received for a signal.</summary>
    public int CountOf(string path, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Bodies(path).Sum(body => body.AsSpan().Count(bytes));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
