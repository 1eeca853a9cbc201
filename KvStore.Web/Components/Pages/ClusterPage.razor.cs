using KvStore.Web.Cluster;
using KvStore.Web.Keys;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Pages;

/// <summary>The cluster on one page. Holds what its parts share: the key looked up and the member chosen.</summary>
public sealed partial class ClusterPage
{
    private KeyWhere? _where;
    private int? _selected;

    [CascadingParameter]
    public required ClusterSnapshot Snapshot { get; set; }

    private void Locate(KeyWhere where) => _where = where;

    private void Select(int ordinal) => _selected = _selected == ordinal ? null : ordinal;
}
