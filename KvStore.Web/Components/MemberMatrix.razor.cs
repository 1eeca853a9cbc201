using KvStore.Web.Cluster;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>Who sees whom, and how fast.</summary>
public sealed partial class MemberMatrix
{
    // With more members a cell has room for its mark only.
    private const int WordsMax = 12;

    // Thousands of cells, each with times that change, are too much to be drawn anew with every snapshot.
    private static readonly TimeSpan DrawnFor = TimeSpan.FromSeconds(15);

    private SightMatrix _matrix = new([], []);
    private DateTimeOffset _drawn;
    private bool _isDue = true;

    [Parameter]
    [EditorRequired]
    public required ClusterSnapshot Snapshot { get; set; }

    protected override void OnParametersSet()
    {
        SightMatrix next = SightMatrix.Of(Snapshot);
        _isDue = next.Members.Length <= WordsMax || Snapshot.At - _drawn >= DrawnFor || !next.LooksAs(_matrix);
        if (_isDue)
        {
            (_matrix, _drawn) = (next, Snapshot.At);
        }
    }

    protected override bool ShouldRender() => _isDue;
}
