using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Dashboard.Feed;

namespace Aspire.Dashboard.Resources;

/// <summary>
/// Follows the feed of the AppHost that started this dashboard, and has it run commands. A connection that ends is made anew;
/// the dashboard ends with its AppHost, so a lost one is rare.
/// </summary>
internal sealed class AppHostLink(DashboardOptions options, ResourceBoard board, TimeProvider time, ILogger<AppHostLink> logger) : BackgroundService
{
    private static readonly TimeSpan RetryTime = TimeSpan.FromSeconds(1);

    private readonly HttpClient _client = new() { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Whether there is an AppHost at all: a dashboard that runs alone has none.</summary>
    public bool Exists => options.ResourceService is not null;

    /// <summary>Whether the AppHost can be heard now.</summary>
    public bool IsConnected { get; private set; }

    public string? Application { get; private set; }

    public async Task<CommandOutcome> RunAsync(string resourceId, string command, CancellationToken cancellationToken)
    {
        if (options.ResourceService is not { } address)
        {
            return new CommandOutcome(false, "This dashboard runs without an AppHost.");
        }

        try
        {
            var path = $"/resources/{Uri.EscapeDataString(resourceId)}/commands/{Uri.EscapeDataString(command)}";
            using var request = Request(HttpMethod.Post, new Uri(address, path));
            using var answer = await _client.SendAsync(request, cancellationToken);
            answer.EnsureSuccessStatusCode();
            return await answer.Content.ReadFromJsonAsync<CommandOutcome>(cancellationToken) ?? new CommandOutcome(false, "The AppHost said nothing.");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException)
        {
            return new CommandOutcome(false, $"The AppHost does not answer: {e.Message}");
        }
    }

    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.ResourceService is { } address && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(new Uri(address, FeedMessage.FeedPath), stoppingToken);
            }
            catch (Exception e) when (e is HttpRequestException or JsonException or IOException)
            {
                logger.LogWarning("The AppHost's feed broke off: {Reason}", e.Message);
            }

            IsConnected = false;
            await Task.Delay(RetryTime, time, stoppingToken);
        }
    }

    private async Task FollowAsync(Uri address, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, address);
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        answer.EnsureSuccessStatusCode();
        IsConnected = true;
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (JsonSerializer.Deserialize<FeedMessage>(line, JsonSerializerOptions.Web) is { } message)
            {
                Take(message);
            }
        }
    }

    private void Take(FeedMessage message)
    {
        Application = message.Application ?? Application;
        if (message.Resource is { } state)
        {
            board.Put(state);
        }

        if (message.Console is { } batch)
        {
            board.Append(batch);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.Add(FeedMessage.KeyHeader, options.ResourceServiceKey);
        return request;
    }
}
