using System.Net;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// Runs the dashboard beside the application: serves its feed, starts it as a process before any resource, so that nothing that they
/// tell is lost, and says how to log in once it answers. An application whose dashboard fails goes on without.
/// </summary>
internal sealed class DashboardHost(
    DashboardSettings settings,
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    ResourceCommandService commands,
    DistributedApplicationOptions options,
    IHostEnvironment environment,
    ILogger<DistributedApplication> logger
) : IHostedService, IAsyncDisposable
{
    private const int LastLinesMax = 20;
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Queue<string> _lastLines = new();
    private FeedServer? _feed;
    private ChildProcess? _process;
    private Task _watch = Task.CompletedTask;
    private int _disposed;

    private string LoginAddress => $"{DashboardSettings.Text(settings.Frontend)}/login?t={settings.BrowserToken}";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        RefuseTakenPorts();
        var application = options.DashboardApplicationName ?? environment.ApplicationName;
        _feed = new FeedServer(model, notifications, loggers, commands, application);
        await _feed.StartAsync(cancellationToken);
        _process = ChildProcess.Start(DashboardProgram.Plan(settings, _feed.Address, _feed.Key, application), Keep);
        _watch = WatchAsync(_process, _stopping.Token);
    }

    /// <summary>Last of all: what the resources tell while they stop is still taken.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        if (_process is not null)
        {
            await _process.StopAsync(StopTime);
        }
        await _watch;
    }

    public async ValueTask DisposeAsync()
    {
        // The container disposes of it once for each service that it is.
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }
        await StopAsync(CancellationToken.None);
        _process?.Dispose();
        if (_feed is not null)
        {
            await _feed.DisposeAsync();
        }
        _stopping.Dispose();
    }

    private void RefuseTakenPorts()
    {
        foreach (var address in new[] { settings.Frontend, settings.OtlpGrpc, settings.OtlpHttp })
        {
            if (!PortPicker.IsFree(address.Port))
            {
                throw new DistributedApplicationException($"The dashboard cannot listen at {DashboardSettings.Text(address)}: the port is in use.");
            }
        }
    }

    private void Keep(string text, bool isError)
    {
        lock (_lastLines)
        {
            if (_lastLines.Count == LastLinesMax)
            {
                _lastLines.Dequeue();
            }
            _lastLines.Enqueue(text);
        }
    }

    private async Task WatchAsync(ChildProcess process, CancellationToken stopping)
    {
        try
        {
            if (await AnswersAsync(process, stopping))
            {
                logger.LogInformation("Login to the dashboard at {Address}", LoginAddress);
                await process.Exited.WaitAsync(stopping);
            }
            if (process.HasExited)
            {
                lock (_lastLines)
                {
                    logger.LogError(
                        "The dashboard ended with exit code {ExitCode}. {LastLines}",
                        process.Exited.Result,
                        string.Join(Environment.NewLine, _lastLines)
                    );
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The application stops, and the dashboard with it.
        }
    }

    private async Task<bool> AnswersAsync(ChildProcess process, CancellationToken stopping)
    {
        using var client = new HttpClient { BaseAddress = settings.Frontend, Timeout = AnswerTime };
        using var timer = new PeriodicTimer(AskInterval);
        while (!process.HasExited && await timer.WaitForNextTickAsync(stopping))
        {
            try
            {
                using var answer = await client.GetAsync("/health", stopping);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return true;
                }
            }
            catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !stopping.IsCancellationRequested))
            {
                // It does not listen yet, or has much to do.
            }
        }
        return false;
    }
}
