using System.Net;
using System.Text.Json;
using Aspire.Dashboard.Feed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace KvStore.Tests.StandIns.Dashboard;

/// <summary>What an AppHost tells its dashboard, made by hand: messages, and then nothing more until it is disposed of.</summary>
internal sealed class ResourceFeed : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ResourceFeed(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<ResourceFeed> StartAsync(IEnumerable<FeedMessage> messages, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        app.MapGet(FeedMessage.FeedPath, async (HttpContext context) =>
        {
            foreach (FeedMessage message in messages)
            {
                await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(message, JsonSerializerOptions.Web), context.RequestAborted);
                await context.Response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
            }

            await context.Response.Body.FlushAsync(context.RequestAborted);
            TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using CancellationTokenRegistration gone = context.RequestAborted.Register(() => over.TrySetResult());
            await using CancellationTokenRegistration stopping = app.Lifetime.ApplicationStopping.Register(() => over.TrySetResult());
            await over.Task;
        });
        app.MapPost(FeedMessage.CommandPath, (string id, string name) => new CommandOutcome(true, $"{name} of {id} is done."));
        await app.StartAsync(cancellationToken);
        return new ResourceFeed(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
