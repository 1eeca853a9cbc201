using System.Collections.Immutable;
using KvStore.Web.Cluster;
using KvStore.Web.Slots;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Slots;

/// <summary>Who owns a slot, what it holds and what is asked of it.</summary>
public sealed partial class SlotFacts
{
    [Parameter]
    [EditorRequired]
    public required ClusterSnapshot Snapshot { get; set; }

    [Parameter]
    [EditorRequired]
    public required SlotMap? Map { get; set; }

    [Parameter]
    [EditorRequired]
    public required int Slot { get; set; }

    private ImmutableArray<MemberView> Owners => Snapshot.Topology?.Slots.FirstOrDefault(range => range.First <= Slot && Slot <= range.Last) is { } found
        ? [.. found.Owners.Select(Snapshot.Member).OfType<MemberView>()]
        : [];
}
