using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using KvStore.Client;
using Microsoft.Extensions.Logging;

namespace KvStore.Hosting;

/// <summary>
/// The commands of a node that change who is a member: leave, what leaving would move, and replace. Who calls:
/// <see cref="ClusterComposition"/>, once a node.
///
/// A node that runs leaves by handing over what it holds; one that has ended is removed, by the others, once they see it dead. Either
/// way the very plan that is told is applied, or nothing. Replace starts a node that has ended on an empty directory, where it joins
/// as a new member in the place of the one it was. What is deleted for that are the last remains of that member, so it is done only
/// where the others could do without it: as many of the owners of each slot are alive as can say what it holds.
/// </summary>
internal static class MembershipCommands
{
    private const string LeaveCommand = "leave";
    private const string PlanCommand = "plan-leave";
    private const string ReplaceCommand = "replace";
    private const string DataDirectoryVariable = "KvStore__DataDirectory";

    /// <summary>How a member refuses a change of one that it does not know.</summary>
    private const string NoSuchMember = "no-such-member";

    public static void Add(KvStoreResource cluster, IResourceBuilder<ProjectResource> node)
    {
        var name = node.Resource.Name;
        node.WithCommand(
                PlanCommand,
                "Plan leave",
                context => LeaveAsync(cluster, node.Resource, context, isPlan: true),
                new CommandOptions
                {
                    Description = "Says what would move where if the node were a member no more. Nothing is done.",
                    UpdateState = StateOfLeave,
                }
            )
            .WithCommand(
                LeaveCommand,
                "Leave",
                context => LeaveAsync(cluster, node.Resource, context, isPlan: false),
                new CommandOptions
                {
                    Description = "Has the node hand over what it holds; one that has ended is removed. Then it is a member no more.",
                    ConfirmationMessage =
                        $"Have {name} leave the cluster? Every slot that it owns moves to other members, with all keys in it; 'Plan leave' says how many and where to.",
                    UpdateState = StateOfLeave,
                }
            )
            .WithCommand(
                ReplaceCommand,
                "Replace",
                context => ReplaceAsync(cluster, node.Resource, context),
                new CommandOptions
                {
                    Description = "Deletes the data of a node that has ended and starts it: it joins as a new member, in the place of the one it was.",
                    ConfirmationMessage =
                        $"Delete the data of {name} and start it as a new member? The others make copies for it of every slot that it is to own.",
                    UpdateState = StateOfReplace,
                }
            );
    }

    /// <summary>A node that was never started is no member.</summary>
    private static ResourceCommandState StateOfLeave(UpdateCommandStateContext context) =>
        NodeLife.WasNeverStarted(context.ResourceSnapshot) ? ResourceCommandState.Hidden
        : NodeLife.Runs(context.ResourceSnapshot) || NodeLife.HasEnded(context.ResourceSnapshot) ? ResourceCommandState.Enabled
        : ResourceCommandState.Disabled;

    private static ResourceCommandState StateOfReplace(UpdateCommandStateContext context) =>
        NodeLife.WasNeverStarted(context.ResourceSnapshot) ? ResourceCommandState.Hidden
        : NodeLife.HasEnded(context.ResourceSnapshot) ? ResourceCommandState.Enabled
        : ResourceCommandState.Disabled;

    private static async Task<ExecuteCommandResult> LeaveAsync(
        KvStoreResource cluster,
        ProjectResource node,
        ExecuteCommandContext context,
        bool isPlan
    )
    {
        var now = await NodeLife.LookAsync(node, context);
        if (!NodeLife.Runs(now) && !NodeLife.HasEnded(now))
        {
            return CommandResults.Failure($"{node.Name} is {now.State?.Text}: only a node that runs can leave, and only one that has ended be removed.");
        }
        using var client = await ClusterDoor.OpenAsync(cluster, node, context);
        if (client is null)
        {
            return CommandResults.Failure("No node of the cluster runs that could be asked.");
        }
        var change = NodeLife.Runs(now) ? MembershipChange.Leave : MembershipChange.Remove;
        try
        {
            if (
                change == MembershipChange.Remove
                && await ClusterDoor.WaitUntilSeenDeadAsync(client, node.Name, context.CancellationToken) is { } problem
            )
            {
                return CommandResults.Failure(problem);
            }
            var plan = await client.Cluster.PlanAsync(change, node.Name, cancellationToken: context.CancellationToken);
            if (isPlan)
            {
                return CommandResults.Success($"If {node.Name} {(change == MembershipChange.Leave ? "leaves" : "is removed")}, {ChangeSentence.Of(plan)}.");
            }
            var begun = await client.Cluster.ChangeAsync(change, node.Name, planId: plan.Id, cancellationToken: context.CancellationToken);
            return CommandResults.Success(Begun(begun, node.Name));
        }
        catch (KvException e)
        {
            return CommandResults.Failure(e.Message);
        }
    }

    /// <summary>
    /// The change goes on by itself. A node that has left goes on running as well, serves nobody, and does so again after a restart:
    /// it was let go on purpose. One that was removed sets its store aside when it is started.
    /// </summary>
    private static string Begun(ChangePlan plan, string name) =>
        plan.Change == MembershipChange.Leave
            ? $"{name} begins to leave: {ChangeSentence.Of(plan)}. When that is done its process still runs, answers no requests and is unhealthy: stop it. 'Replace' brings it back as a new member."
            : $"{name} is being removed: {ChangeSentence.Of(plan)}. Started again, it comes back as a new member.";

    private static async Task<ExecuteCommandResult> ReplaceAsync(KvStoreResource cluster, ProjectResource node, ExecuteCommandContext context)
    {
        var now = await NodeLife.LookAsync(node, context);
        if (NodeLife.WasNeverStarted(now))
        {
            return CommandResults.Failure($"{node.Name} was never started: there is nothing to replace. Start it, and it joins.");
        }
        if (!NodeLife.HasEnded(now))
        {
            return CommandResults.Failure($"{node.Name} is {now.State?.Text}: the data of a node that runs is not deleted. Stop it first.");
        }
        if (
            now.EnvironmentVariables.FirstOrDefault(variable => variable.Name == DataDirectoryVariable)?.Value is not { } directory
            || !Path.IsPathFullyQualified(directory)
        )
        {
            return CommandResults.Failure($"It is not known where the data of {node.Name} lies: start it once.");
        }
        if (await WhyNotReplaceAsync(cluster, node, context) is { } problem)
        {
            return CommandResults.Failure(problem);
        }
        try
        {
            NodeFiles.Delete(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CommandResults.Failure($"The data of {node.Name} in {directory} could not be deleted: {e.Message}");
        }
        context.Logger.LogWarning("The data of {Node} in {Directory} was deleted: it is replaced.", node.Name, directory);
        return await NodeLife.ExecuteAsync(node, KnownResourceCommands.StartCommand, context) is { } failure
            ? CommandResults.Failure(failure)
            : CommandResults.Success($"{node.Name} has been started on an empty directory. It joins as a new member, and copies are made for it of all that it is to own.");
    }

    /// <summary>Null where the others can do without what the node holds.</summary>
    private static async Task<string?> WhyNotReplaceAsync(KvStoreResource cluster, ProjectResource node, ExecuteCommandContext context)
    {
        using var client = await ClusterDoor.OpenAsync(cluster, node, context);
        if (client is null)
        {
            return $"No other node runs: what {node.Name} holds may be all there is, and is not deleted.";
        }
        try
        {
            if (await ClusterDoor.WaitUntilSeenDeadAsync(client, node.Name, context.CancellationToken) is { } alive)
            {
                return alive;
            }

            // Fewer copies than there are to be: until it is back, no longer.
            await client.Cluster.PlanAsync(MembershipChange.Remove, node.Name, force: true, cancellationToken: context.CancellationToken);
            return null;
        }
        catch (KvException e)
        {
            return e.ErrorType == NoSuchMember ? null : e.Message;
        }
    }
}
