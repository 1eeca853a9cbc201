using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>A real browser. Nothing is started where the machine has none: each test says so itself.</summary>
public sealed class RunningChromium : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (SystemChromium.Path is null)
        {
            return;
        }

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
    }

    /// <summary>An empty page with a profile of its own.</summary>
    internal async Task<OpenPage> NewPageAsync(int width, int height)
    {
        SystemChromium.Require();
        IBrowserContext context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = ColorScheme.Light,
        });
        return new OpenPage(await context.NewPageAsync());
    }
}
