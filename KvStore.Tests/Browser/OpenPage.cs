using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>The page as one visitor has it open, and everything that went wrong in it.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private static readonly LocatorAssertionsToContainTextOptions Patient = new() { Timeout = 60_000 };

    private readonly ConcurrentQueue<string> _problems = new();
    private readonly ConcurrentQueue<Uri> _requests = new();

    public OpenPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) => KeepIf(message.Type is "error" or "warning", $"console {message.Type}: {message.Text}");
        page.PageError += (_, error) => KeepIf(true, $"error: {error}");
        page.Response += (_, response) => KeepIf(response.Status >= 400, $"{response.Status} {response.Url}");
        page.RequestFailed += (_, request) => KeepIf(true, $"failed: {request.Url}");
        page.Request += (_, request) => _requests.Enqueue(new Uri(request.Url));
    }

    public IPage Page { get; }

    /// <summary>What the browser complained about.</summary>
    public IReadOnlyCollection<string> Problems => _problems;

    /// <summary>Everything that was asked for, and where.</summary>
    public IReadOnlyCollection<Uri> Requests => _requests;

    public ILocator Status => Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Level = 1 });

    /// <summary>What says on every page which faults are on; empty while none is.</summary>
    public ILocator Faults => Page.GetByRole(AriaRole.Status, new PageGetByRoleOptions { Name = "Faults" });

    public ILocator Outcome => Page.Locator(".outcome");

    public ILocator Whereabouts => Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Where it lives" });

    public ILocator Member(string name) => Page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions
    {
        Has = Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true }),
    });

    /// <summary>A figure of the overview.</summary>
    public ILocator Tile(string name) => Page.Locator(".tile").Filter(new LocatorFilterOptions { Has = Page.Locator(".name").GetByText(name, new LocatorGetByTextOptions { Exact = true }) });

    /// <summary>Waits until the page is connected, so that links do not load it anew.</summary>
    public Task ConnectedAsync() => Page.Locator("header[data-live]").WaitForAsync(new LocatorWaitForOptions { Timeout = 60_000 });

    /// <summary>Loads another address of the same page.</summary>
    public Task GoAsync(string path) => Page.GotoAsync(new Uri(new Uri(Page.Url), path).ToString());

    public Task TypeKeyAsync(string key) => Page.GetByLabel("Key", new PageGetByLabelOptions { Exact = true }).FillAsync(key);

    public Task TypeValueAsync(string value) => Page.GetByLabel("Value").FillAsync(value);

    public Task PressAsync(string button) =>
        Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = button, Exact = true }).ClickAsync();

    /// <summary>Waits until a part of the page says something.</summary>
    public static Task SaysAsync(ILocator part, string text) => Assertions.Expect(part).ToContainTextAsync(text, Patient);

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();

    private void KeepIf(bool isProblem, string text)
    {
        if (isProblem)
        {
            _problems.Enqueue(text);
        }
    }
}
