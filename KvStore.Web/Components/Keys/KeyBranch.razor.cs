using KvStore.Client;
using KvStore.Web.Display;
using KvStore.Web.Keys;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Keys;

/// <summary>The keys below a prefix, as one level of a tree.</summary>
public sealed partial class KeyBranch
{
    /// <summary>Keys asked for at once.</summary>
    private const int PageLength = 250;

    /// <summary>Lines of one level, at most; the last page may make it a few more.</summary>
    private const int NodesMax = 1_000;

    private readonly List<KeyTreeNode> _nodes = [];
    private readonly HashSet<KvKey> _open = [];
    private ReadOnlyMemory<byte> _cursor;
    private string? _failure;
    private bool _isBusy;
    private (KvKey Prefix, int Change)? _listed;

    [Parameter]
    [EditorRequired]
    public required KvKey Prefix { get; set; }

    /// <summary>The prefix that the whole tree begins at.</summary>
    [Parameter]
    [EditorRequired]
    public required KvKey Root { get; set; }

    [Parameter]
    public KvKey Selected { get; set; }

    /// <summary>Another number after keys came or went: the level is listed anew, and what was open stays so.</summary>
    [Parameter]
    public int Change { get; set; }

    [Inject]
    internal KeyListings Listings { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        if (_listed != (Prefix, Change))
        {
            if (_listed?.Prefix != Prefix)
            {
                _open.Clear();
            }

            _listed = (Prefix, Change);
            _cursor = default;
            await ListAsync(isFirst: true);
        }
    }

    private Task MoreAsync() => ListAsync(isFirst: _nodes.Count == 0);

    private async Task ListAsync(bool isFirst)
    {
        (KvKey Prefix, int Change)? asked = _listed;
        _isBusy = true;
        KeyPage page = await Listings.PageAsync(Prefix, _cursor, PageLength);
        if (_listed != asked)
        {
            return; // another prefix was typed meanwhile, and is being listed
        }

        _isBusy = false;
        _failure = page.Failure;
        if (page.Failure is null)
        {
            (IReadOnlyList<KeyTreeNode> nodes, _cursor) = KeyTree.Level(Prefix, page);
            if (isFirst)
            {
                _nodes.Clear();
            }

            _nodes.AddRange(nodes);
        }
    }

    private void Turn(KvKey path)
    {
        if (!_open.Remove(path))
        {
            _open.Add(path);
        }
    }

    private static string CountOf(KeyTreeNode group) => group switch
    {
        { HasMore: true } => $"{Figures.Count(group.Count)}+ keys",
        { Count: 1 } => "1 key",
        _ => $"{Figures.Count(group.Count)} keys",
    };
}
