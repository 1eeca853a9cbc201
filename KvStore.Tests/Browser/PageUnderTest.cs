using KvStore.Tests.Cluster;
using KvStore.Tests.Storage;
using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>A real cluster of three nodes with its page, and a real browser. Tests leave the cluster as they found it.</summary>
public sealed class PageUnderTest : IAsyncLifetime
{
    private readonly TemporaryDirectory _data = new();
    private RunningCluster? _cluster;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal RunningCluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster has not been started.");

    public async ValueTask InitializeAsync()
    {
        // Without a browser each test says so itself.
        if (SystemChromium.Path is null)
        {
            return;
        }

        _cluster = await RunningCluster.StartAsync(
            _data.Path, new Dictionary<string, string>(), TestContext.Current.CancellationToken, withPage: true);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = SystemChromium.Path,
            Headless = true,
            Args = SystemChromium.Arguments,
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        _data.Dispose();
    }

    /// <summary>Opens the page with a profile of its own.</summary>
    /// <param name="prepare">Called before anything is loaded.</param>
    internal async Task<OpenPage> OpenAsync(int width = 1440, int height = 1000, Func<IPage, Task>? prepare = null)
    {
        SystemChromium.Require();
        IBrowserContext context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = ColorScheme.Light,
        });
        OpenPage opened = new(await context.NewPageAsync());
        if (prepare is not null)
        {
            await prepare(opened.Page);
        }

        await opened.Page.GotoAsync(Cluster.PageAddress.ToString());
        return opened;
    }
}
