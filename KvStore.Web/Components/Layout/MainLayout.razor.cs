using KvStore.Web.Cluster;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;

namespace KvStore.Web.Components.Layout;

/// <summary>
/// What is around every page: the way to the others, how the cluster is, and the newest snapshot as a cascading value, so that a
/// circuit has one subscription to the watch whatever page it shows.
/// </summary>
public sealed partial class MainLayout : IDisposable
{
    private ClusterSnapshot _snapshot = ClusterSnapshot.Empty;
    private string _path = "";
    private bool _hasMoved;

    [Inject]
    internal ClusterWatch Watch { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Script { get; set; } = null!;

    public void Dispose()
    {
        Watch.Changed -= Refresh;
        Navigation.LocationChanged -= Move;
    }

    protected override void OnInitialized()
    {
        Watch.Changed += Refresh;
        Navigation.LocationChanged += Move;
        _path = PathOf(Navigation.Uri);
        _snapshot = Watch.Latest;
    }

    // Who does not see the page hears that it is another one.
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_hasMoved)
        {
            _hasMoved = false;
            try
            {
                await Script.InvokeVoidAsync("kvstore.arrive");
            }
            catch (JSDisconnectedException)
            {
                // Nobody is there to hear it.
            }
        }
    }

    // Comes on a thread of the watch; the circuit's own draws.
    private void Refresh() => _ = InvokeAsync(() =>
    {
        _snapshot = Watch.Latest;
        StateHasChanged();
    });

    // A page that only changes its own query stays where it is.
    private void Move(object? sender, LocationChangedEventArgs change)
    {
        _hasMoved |= PathOf(change.Location) != _path;
        _path = PathOf(change.Location);
    }

    private static string PathOf(string address) => new Uri(address).AbsolutePath;
}
