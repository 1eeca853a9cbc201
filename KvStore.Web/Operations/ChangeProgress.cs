using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Display;

namespace KvStore.Web.Operations;

/// <summary>How far a change of members is that was begun. A pure function of what the members say.</summary>
/// <param name="Part">Of the slots that are to come, those that came: 0 to 1.</param>
/// <param name="IsOver">Whether it is complete or given up.</param>
internal sealed record ChangeProgress(string Sentence, double Part, bool IsOver)
{
    public static ChangeProgress Of(ChangePlan plan, ClusterSnapshot snapshot)
    {
        if (plan.Change == MembershipChange.Replace)
        {
            return OfReplacement(plan, snapshot);
        }

        PastChange[] told = [.. snapshot.Told.SelectMany(status => status.Changes).Where(change => change.Epoch == plan.Epoch)];
        if (told.FirstOrDefault(change => change.Took is not null) is { } over)
        {
            return new ChangeProgress(
                over.IsGivenUp
                    ? $"It was given up after {Figures.Duration(over.Took!.Value)}: the owners are those of before, and {plan.Member} is still a member."
                    : $"Complete after {Figures.Duration(over.Took!.Value)}: {plan.Member} is a member no more.",
                Part: 1,
                IsOver: true);
        }

        // Whoever was restarted meanwhile has forgotten it; the epoch has not.
        if (snapshot.Topology is { } topology && topology.Epoch > plan.Epoch && topology.Members.All(member => member.Name != plan.Member))
        {
            return new ChangeProgress($"Complete: {plan.Member} is a member no more.", Part: 1, IsOver: true);
        }

        return Moving(plan.Epoch, snapshot, $"Begun in epoch {plan.Epoch}; the members have yet to say how far it is.");
    }

    /// <summary>It begins when the node is started, in an epoch that is not known before.</summary>
    private static ChangeProgress OfReplacement(ChangePlan plan, ClusterSnapshot snapshot)
    {
        bool isIn = snapshot.Topology?.Members.Any(member => member.Name == plan.With) ?? false;
        return snapshot.Topology is not { } topology || !isIn
                ? new ChangeProgress($"The place of {plan.Member} is kept for {plan.With}: start it.", Part: 0, IsOver: false)
            : topology.Members.All(member => member.Name != plan.Member)
                ? new ChangeProgress($"Complete: {plan.With} has taken the place of {plan.Member}.", Part: 1, IsOver: true)
            : Moving(topology.Epoch, snapshot, $"{plan.With} has been let in; the members have yet to say how far it is.");
    }

    private static ChangeProgress Moving(long epoch, ClusterSnapshot snapshot, string before)
    {
        MigrationStatus[] moving = [.. snapshot.Told.Select(status => status.Migration).Where(migration => migration.IsMoving && migration.Epoch == epoch)];
        int all = moving.Sum(migration => migration.Slots);
        int complete = moving.Sum(migration => migration.SlotsComplete);
        return moving.Length == 0
            ? new ChangeProgress(before, Part: 0, IsOver: false)
            : new ChangeProgress(
                $"{Figures.Count(complete)} of {Figures.Count(all)} slots are complete at their new owners.", all == 0 ? 1 : (double)complete / all, IsOver: false);
    }
}
