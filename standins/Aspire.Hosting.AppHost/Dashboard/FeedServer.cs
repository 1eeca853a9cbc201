using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// Tells the dashboard of resources and consoles, and runs commands for it. On loopback, for who knows the key, which only the
/// dashboard is told: whoever may command here may start and stop programs.
/// </summary>
internal sealed class FeedServer(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    ResourceCommandService commands,
    string applicationName
) : IAsyncDisposable
{
    /// <summary>Lines that the dashboard has not read yet. A slow reader holds up the reading of consoles, which are bounded themselves.</summary>
    private const int UnreadMax = 1024;
    private const string KeyHeader = "x-resource-service-api-key";

    private WebApplication? _app;

    public string Key { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public Uri Address => new(_app!.Urls.Single());

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Use(
            (context, next) =>
            {
                if (IsKey(context.Request.Headers[KeyHeader]))
                {
                    return next(context);
                }
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return context.Response.WriteAsync($"The header {KeyHeader} is missing or has a wrong key.", context.RequestAborted);
            }
        );
        _app.MapGet("/feed", FeedAsync);
        _app.MapPost(
            "/resources/{id}/commands/{name}",
            async (string id, string name, HttpContext context) =>
            {
                try
                {
                    return Results.Json(FeedJson.Outcome(await commands.ExecuteCommandAsync(id, name, context.RequestAborted)));
                }
                catch (InvalidOperationException e)
                {
                    return Results.Json(FeedJson.Outcome(CommandResults.Failure(e.Message)));
                }
            }
        );
        await _app.StartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private bool IsKey(string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(Key));

    private async Task FeedAsync(HttpContext context)
    {
        context.Response.ContentType = "application/x-ndjson";
        var lines = Channel.CreateBounded<string>(new BoundedChannelOptions(UnreadMax) { SingleReader = true });
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _app!.Lifetime.ApplicationStopping);
        await lines.Writer.WriteAsync(FeedJson.Application(applicationName), leaving.Token);
        // Nobody waits for these to end: one that follows a silent console notices with the console's next line that its reader is gone.
        _ = WriteResourcesAsync(lines.Writer, leaving.Token);
        foreach (var (id, log) in model.Resources.SelectMany(ConsolesOf))
        {
            _ = WriteConsoleAsync(id, log, lines.Writer, leaving.Token);
        }
        try
        {
            await foreach (var line in lines.Reader.ReadAllAsync(leaving.Token))
            {
                await context.Response.WriteAsync(line + '\n', leaving.Token);
                if (lines.Reader.Count == 0)
                {
                    await context.Response.Body.FlushAsync(leaving.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The dashboard went away, or the application ends.
        }
        await leaving.CancelAsync();
    }

    /// <summary>Of a resource that is one process, what the AppHost says about it stands among what it writes.</summary>
    private static IEnumerable<(string Id, string Log)> ConsolesOf(IResource resource)
    {
        var instances = ResourceInstance.Of(resource);
        return instances.Count == 1
            ? [(instances[0].Id, resource.Name)]
            : instances.Select(instance => (instance.Id, instance.Id));
    }

    private async Task WriteResourcesAsync(ChannelWriter<string> lines, CancellationToken cancellationToken)
    {
        await foreach (var change in notifications.WatchAsync(cancellationToken))
        {
            await lines.WriteAsync(FeedJson.Resource(change), cancellationToken);
        }
    }

    private async Task WriteConsoleAsync(string id, string log, ChannelWriter<string> lines, CancellationToken cancellationToken)
    {
        await foreach (var batch in loggers.WatchAsync(log).WithCancellation(cancellationToken))
        {
            await lines.WriteAsync(FeedJson.Console(id, batch), cancellationToken);
        }
    }
}
