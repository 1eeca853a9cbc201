using System.Collections.Immutable;
using KvStore.Web.Cluster;
using KvStore.Web.Display;
using KvStore.Web.Events;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Pages;

/// <summary>What happened in the cluster, by all members that answer.</summary>
public sealed partial class EventsPage
{
    // With more members their badges have to do.
    private const int NamesMax = 8;
    private const int ShownMax = 200;

    private ImmutableArray<ClusterEvent> _matching = [];
    private ImmutableArray<ClusterEvent> _shown = [];

    [CascadingParameter]
    public required ClusterSnapshot Snapshot { get; set; }

    /// <summary>Only events of this kind.</summary>
    [SupplyParameterFromQuery]
    public string? Kind { get; set; }

    /// <summary>Only events about this member.</summary>
    [SupplyParameterFromQuery]
    public string? Member { get; set; }

    private EventKind? Chosen => Enum.TryParse(Kind, ignoreCase: true, out EventKind kind) && Enum.IsDefined(kind) ? kind : null;

    private (string Name, string Badge)[] Names => [.. Snapshot.Members.Where(member => member.Ordinal is not null)
        .Select(member => (member.Name, member.Badge))];

    private string Count => _matching.Length > _shown.Length ? $"{_shown.Length} of {_matching.Length} are shown." : "";

    protected override void OnParametersSet()
    {
        _matching =
        [
            .. EventMerge.Of(Snapshot)
                .Where(entry => (Chosen is null || entry.Kind == Chosen) && (Member is null || entry.Member == Member)),
        ];
        _shown = _matching.Length > ShownMax ? _matching[..ShownMax] : _matching;
    }

    private string Ago(ClusterEvent entry) => $"{Figures.Elapsed(Snapshot.At - entry.Time)} ago";

    private static string AddressOf(EventKind? kind, string? member)
    {
        string[] parts =
        [
            .. kind is { } one ? [$"kind={one.ToString().ToLowerInvariant()}"] : Array.Empty<string>(),
            .. member is { } name ? [$"member={Uri.EscapeDataString(name)}"] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? "/events" : $"/events?{string.Join('&', parts)}";
    }
}
