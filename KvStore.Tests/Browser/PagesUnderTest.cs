using System.Net.Http;
using Google.Protobuf;
using KvStore.Tests.Cluster;
using KvStore.Tests.StandIns.Dashboard;
using KvStore.Tests.Storage;
using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>
/// A real cluster of three nodes and three spare ones with its page and its dashboard, all of them processes of an AppHost, and a real
/// browser. Tests leave the members as they found them.
/// </summary>
public sealed class PagesUnderTest : IAsyncLifetime
{
    /// <summary>A node that joins when it is started; the test that does makes it go again. Who has left stays out, so each is one test's.</summary>
    public const string Spare = "node4";

    /// <summary>Two more, of another test.</summary>
    public static readonly string[] SparePair = ["node5", "node6"];

    private readonly TemporaryDirectory _data = new();
    private readonly RunningChromium _browser = new();
    private RunningCluster? _cluster;

    internal RunningCluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster has not been started.");

    internal Uri DashboardAddress => new(Cluster.Configuration["ASPNETCORE_URLS"]!);

    public async ValueTask InitializeAsync()
    {
        // Without a browser each test says so itself.
        if (SystemChromium.Path is null)
        {
            return;
        }

        _cluster = await RunningCluster.StartAsync(
            _data.Path, new Dictionary<string, string>(), TestContext.Current.CancellationToken, withPage: true, withDashboard: true, spares: 1 + SparePair.Length);
        await _browser.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        _data.Dispose();
    }

    /// <summary>Opens the page with a profile of its own.</summary>
    /// <param name="prepare">Called before anything is loaded.</param>
    internal async Task<OpenPage> OpenAsync(int width = 1440, int height = 1000, Func<IPage, Task>? prepare = null, string path = "/")
    {
        OpenPage opened = await _browser.NewPageAsync(width, height);
        if (prepare is not null)
        {
            await prepare(opened.Page);
        }

        string login = $"/login?t={Cluster.Configuration["AppHost:BrowserToken"]}&returnUrl={Uri.EscapeDataString(path)}";
        await opened.Page.GotoAsync(new Uri(Cluster.PageAddress, login).ToString());
        return opened;
    }

    /// <summary>Opens a page that is no part of the AppHost, with a profile of its own.</summary>
    internal async Task<OpenPage> OpenAtAsync(Uri address, int width = 1440)
    {
        OpenPage opened = await _browser.NewPageAsync(width, height: 1000);
        await opened.Page.GotoAsync(address.ToString());
        return opened;
    }

    /// <summary>Logs in to the dashboard by the link that the AppHost prints, with a profile of its own, and goes to a page.</summary>
    internal async Task<OpenPage> OpenDashboardAsync(string path = "/")
    {
        OpenPage opened = await _browser.NewPageAsync(width: 1440, height: 900);
        string token = Cluster.Configuration["AppHost:BrowserToken"]!;
        await opened.Page.GotoAsync(new Uri(DashboardAddress, $"/login?t={token}&returnUrl={Uri.EscapeDataString(path)}").ToString());
        await opened.Page.Locator("header[data-live]").WaitForAsync(new LocatorWaitForOptions { Timeout = 60_000 });
        return opened;
    }

    /// <summary>
    /// Leaves nothing of what a test has done to members on purpose, also of one that failed: starts who was killed, undoes every
    /// fault, and waits until the pages tell of none. They hear of it up to a second later, in which the next test would meet it.
    /// </summary>
    internal async Task UndoFaultsAsync()
    {
        // Without a browser no test has done anything.
        if (SystemChromium.Path is null)
        {
            return;
        }

        foreach (string node in RunningCluster.Nodes)
        {
            if (!await Cluster.IsRunningAsync(node))
            {
                await Cluster.StartNodeAsync(node, RunningCluster.Nodes, CancellationToken.None);
            }
        }

        await Task.WhenAll(RunningCluster.Nodes.Select(node => Cluster.Grpc(node).Cluster.EndFaultAsync(id: null, CancellationToken.None)));
        await using OpenPage page = await OpenAsync();
        await page.ConnectedAsync();
        await Assertions.Expect(page.Faults).ToBeEmptyAsync(new LocatorAssertionsToBeEmptyOptions { Timeout = 60_000 });
    }

    /// <summary>Sends the dashboard what an exporter of another program would.</summary>
    /// <param name="signal">traces, logs or metrics</param>
    internal async Task SendAsync(string signal, IMessage message, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"{Cluster.Configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"]}/v1/{signal}")
        {
            Content = Otlp.Body(message),
        };
        request.Headers.Add("x-otlp-api-key", Cluster.Configuration["AppHost:OtlpApiKey"]);
        using HttpClient client = new();
        using HttpResponseMessage answer = await client.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
