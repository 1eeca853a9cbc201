using KvStore.Client;
using KvStore.Web.Cluster;

namespace KvStore.Web.Operations;

/// <summary>Plans and begins changes of members, through any node that answers. Failures are outcomes, not exceptions.</summary>
internal sealed class MemberOperations(NodeClients clients, ILogger<MemberOperations> logger)
{
    private const string NoNode = "No node is known to ask.";

    /// <summary>What the change would move. Nothing is done.</summary>
    /// <param name="isForced">Even if keys are left with fewer copies than there are to be.</param>
    /// <param name="with">Of <see cref="MembershipChange.Replace"/>: the node that is to take the member's place; else empty.</param>
    public Task<PlanOutcome> PlanAsync(MembershipChange change, string member, bool isForced, string with) =>
        RunAsync(client => client.PlanAsync(change, member, isForced, with));

    /// <summary>Begins the change of a plan that was shown, or nothing if that is not what would be done now.</summary>
    public async Task<PlanOutcome> BeginAsync(ChangePlan plan, bool isForced)
    {
        PlanOutcome outcome = await RunAsync(client => client.ChangeAsync(plan.Change, plan.Member, isForced, plan.Id, plan.With));
        logger.LogInformation(
            "Somebody asked this page to begin: {Change} {Member}, plan {Plan}. {Outcome}",
            plan.Change,
            plan.Member,
            plan.Id,
            outcome.Failure ?? "It has begun.");
        return outcome;
    }

    /// <summary>Has a dead member kept.</summary>
    /// <returns>Why not; null where it is kept.</returns>
    public async Task<string?> KeepAsync(string member)
    {
        if (clients.ThroughAny() is not { } client)
        {
            return NoNode;
        }

        try
        {
            await client.Cluster.KeepAsync(member);
            return null;
        }
        catch (KvException failure)
        {
            return failure.Message;
        }
    }

    private async Task<PlanOutcome> RunAsync(Func<ClusterClient, Task<ChangePlan>> ask)
    {
        if (clients.ThroughAny() is not { } client)
        {
            return new PlanOutcome(Plan: null, NoNode, RefusalKind.NotAnswered);
        }

        try
        {
            return new PlanOutcome(await ask(client.Cluster), Failure: null, RefusalKind.None);
        }
        catch (KvException failure)
        {
            return new PlanOutcome(Plan: null, failure.Message, KindOf(failure));
        }
    }

    private static RefusalKind KindOf(KvException failure) => failure switch
    {
        { Outcome: KvOutcome.Unknown } => RefusalKind.Unknown,
        { ErrorType: "plan-outdated" } => RefusalKind.Outdated,
        { ErrorType: "change-refused" or "no-such-member" } => RefusalKind.Refused,
        _ => RefusalKind.NotAnswered,
    };
}
