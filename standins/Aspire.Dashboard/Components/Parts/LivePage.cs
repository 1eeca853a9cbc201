using Microsoft.AspNetCore.Components;

namespace Aspire.Dashboard.Components.Parts;

/// <summary>
/// A page that shows what there is now: it asks for a version a few times a second and draws itself anew when that has changed,
/// so that a storm of telemetry costs each open page <see cref="Interval"/> and no more.
/// </summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    private readonly CancellationTokenSource _leaving = new();
    private long _seen = -1;

    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    [Inject]
    protected TimeProvider Time { get; set; } = null!;

    /// <summary>Paused, it goes on showing what it showed.</summary>
    protected bool IsPaused { get; private set; }

    /// <summary>Changes with everything that the page shows.</summary>
    protected abstract long Version { get; }

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing)
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    /// <summary>Reads what is to be shown.</summary>
    protected abstract void Load();

    protected override void OnParametersSet()
    {
        _seen = Version;
        Load();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _ = FollowAsync(_leaving.Token);
        }
    }

    protected void TogglePause()
    {
        IsPaused = !IsPaused;
        if (!IsPaused)
        {
            _seen = Version;
            Load();
        }
    }

    /// <summary>Goes to the same page with another query; null takes a parameter away.</summary>
    protected void Show(params (string Name, string? Value)[] query) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameters(query.ToDictionary(one => one.Name, one => (object?)(one.Value is { Length: > 0 } text ? text : null))),
        replace: true);

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (!IsPaused && Version != _seen)
                {
                    await InvokeAsync(Redraw);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Somebody went to another page.
        }
    }

    private void Redraw()
    {
        _seen = Version;
        Load();
        StateHasChanged();
    }
}
