using KvStore.Web.Cluster;
using KvStore.Web.Keys;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Pages;

/// <summary>The cluster on one page. Holds what its parts share: the newest snapshot, the key looked up, the member chosen.</summary>
public sealed partial class ClusterPage : IDisposable
{
    private ClusterSnapshot _snapshot = ClusterSnapshot.Empty;
    private KeyWhere? _where;
    private int? _selected;

    [Inject]
    internal ClusterWatch Watch { get; set; } = null!;

    public void Dispose() => Watch.Changed -= Refresh;

    protected override void OnInitialized()
    {
        Watch.Changed += Refresh;
        _snapshot = Watch.Latest;
    }

    // Comes on a thread of the watch; the circuit's own draws.
    private void Refresh() => _ = InvokeAsync(() =>
    {
        _snapshot = Watch.Latest;
        StateHasChanged();
    });

    private void Locate(KeyWhere where) => _where = where;

    private void Select(int ordinal) => _selected = _selected == ordinal ? null : ordinal;
}
