using KvStore.Web.Keys;
using KvStore.Web.Slots;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Slots;

/// <summary>The keys with the biggest values, looked for when somebody asks.</summary>
public sealed partial class BiggestKeys : BusyComponent, IDisposable
{
    private CancellationTokenSource _stop = new();
    private BiggestSearch? _search;
    private string? _failure;

    /// <summary>What the slots hold; null while that is not known.</summary>
    [Parameter]
    [EditorRequired]
    public required SlotMap? Map { get; set; }

    [Inject]
    internal KeyListings Listings { get; set; } = null!;

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private Task FindAsync() => AloneAsync(async () =>
    {
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        CancellationToken stopped = _stop.Token;
        _failure = null;
        _search = BiggestSearch.Of(Map!);
        while (!_search.IsOver && _failure is null && !stopped.IsCancellationRequested)
        {
            StateHasChanged();
            try
            {
                KeyPage page = await Listings.PageAsync(default, _search.Cursor, BiggestSearch.PageLength, _search.Spans, stopped);
                _failure = page.Failure;
                _search = page.Failure is null ? _search.After(page) : _search;
            }
            catch (OperationCanceledException) when (stopped.IsCancellationRequested)
            {
                // What is found until now is told.
            }
        }
    });

    private void Stop() => _stop.Cancel();
}
