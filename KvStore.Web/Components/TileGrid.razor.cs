using KvStore.Web.Cluster;
using KvStore.Web.Overview;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>The figures of the overview, each with what it means.</summary>
public sealed partial class TileGrid
{
    [Parameter]
    [EditorRequired]
    public required ClusterSnapshot Snapshot { get; set; }

    private static string Tone(Tile tile) => tile.Tone.ToString().ToLowerInvariant();

    private static string Words(Tile tile) => tile.Tone switch
    {
        TileTone.Good => "as it should be",
        TileTone.Warn => "to be watched",
        TileTone.Bad => "bad",
        TileTone.Plain => "",
        _ => throw new InvalidOperationException($"Unknown tone {tile.Tone}."),
    };
}
