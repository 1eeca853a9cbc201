using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Display;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>What every member takes over while owners change.</summary>
public sealed partial class TransferTable
{
    [Parameter]
    [EditorRequired]
    public required ClusterSnapshot Snapshot { get; set; }

    private IEnumerable<MemberStatus> Moving => Snapshot.ToldByMembers.Where(status => status.Migration is { IsMoving: true, Slots: > 0 });

    private IEnumerable<MemberStatus> Taking => Moving.Where(status => !HadAll(status.Migration));

    private IEnumerable<MemberStatus> Settled => Moving.Where(status => HadAll(status.Migration));

    private static bool HadAll(MigrationStatus migration) => migration.Sources.IsEmpty && migration.SlotsComplete >= migration.Slots;

    private static string Left(MigrationStatus migration) => migration.SlotsComplete >= migration.Slots
        ? "complete"
        : migration.Left is { } left ? $"about {Figures.Elapsed(left)}" : "not known";
}
