using KvStore.Node.Membership;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>
/// Takes from one member's disk what others have seen there: wipes it, puts an older copy back, or loses the end of its log.
/// Only what peers can know of: a loss of what the member showed to nobody yet, or to too few for a majority of the others to
/// be sure to meet one of them, cannot be noticed by anyone.
/// </summary>
internal sealed class ClusterDamage(SimulatedCluster cluster)
{
    /// <param name="member">Its process is gone.</param>
    public void Strike(SimulatedMember member, Random random)
    {
        int kind = random.Next(3);
        if (cluster.Damaged is not null || cluster.Shape.Moves || cluster.Shape.Replication == 1 || cluster.Plant.Around is not (ClusterPlant.None or ClusterPlant.AmnesiaUnnoticed))
        {
            return;
        }

        switch (kind)
        {
            case 0 when IsNoticed(member, 0):
                member.Disk.Wipe();
                break;
            case 1 when member.OldCopy is { } copy && IsNoticed(member, copy.Entries.Count):
                member.Disk.PutBack(copy);
                break;
            case 2 when SeenBy(member)[WitnessesNeeded - 1].Lsn is > 0 and long seen:
                int kept = random.Next((int)seen);
                member.Disk.LoseTail((int)member.Disk.WrittenLsn - kept);
                break;
            default:
                return;
        }

        cluster.Damaged = member;
        cluster.Scheduler.Record($"{member.Name}'s disk holds {member.Disk.WrittenLsn} entries of boot {member.Disk.BootCount} now");
    }

    /// <summary>So many of the others must know, that any majority of them has one of these.</summary>
    private int WitnessesNeeded
    {
        get
        {
            int others = cluster.Members.Count - 1;
            return others - ((others / 2) + 1) + 1;
        }
    }

    /// <summary>By its log alone: boots may be counted again before anyone hears of the first.</summary>
    private bool IsNoticed(SimulatedMember member, int kept) => SeenBy(member).Count(mark => mark.Lsn > kept) >= WitnessesNeeded;

    /// <summary>What each of the others has on its disk about the member, the highest log number first.</summary>
    private RememberedMark[] SeenBy(SimulatedMember member)
    {
        return [.. cluster.Members.Where(other => other != member).Select(other => LastOf(other, member.Id)).OrderByDescending(mark => mark.Lsn)];
    }

    private static RememberedMark LastOf(SimulatedMember other, MemberId id) => other.Disk.Durable
        .Where(entry => entry.Kind == StoreEntryKind.Fact && entry.Fact.Kind == FactKind.Remembered && MemberId.ReadFrom(entry.Fact.Payload.Span) == id)
        .Select(entry => RememberedMark.ReadFrom(entry.Fact.Payload.Span[MemberId.Size..]))
        .LastOrDefault();
}
