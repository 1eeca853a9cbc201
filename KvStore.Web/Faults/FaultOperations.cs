using KvStore.Client;
using KvStore.Web.Cluster;
using Microsoft.Extensions.Configuration;

namespace KvStore.Web.Faults;

/// <summary>Harms members for demonstration and undoes it, each through itself. Failures are words, not exceptions.</summary>
internal sealed class FaultOperations
{
    public const string Key = "KvStore:AllowFaults";

    private readonly NodeClients _clients;
    private readonly ClusterWatch _watch;
    private readonly ILogger<FaultOperations> _logger;

    /// <exception cref="InvalidOperationException">What is configured is neither true nor false.</exception>
    public FaultOperations(NodeClients clients, ClusterWatch watch, IConfiguration configuration, ILogger<FaultOperations> logger)
    {
        (_clients, _watch, _logger) = (clients, watch, logger);
        string text = configuration[Key] ?? "";
        IsAllowed = text.Length > 0 && (bool.TryParse(text, out bool allowed)
            ? allowed
            : throw new InvalidOperationException($"{Key}: '{text}' must be true or false."));
    }

    /// <summary>Whether this page offers it; each member has its own say.</summary>
    public bool IsAllowed { get; }

    /// <returns>What could not be done, for people.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(FaultPlan plan)
    {
        // At once: while members are cut off one after the other, they tell each other in between.
        string?[] failures = await Task.WhenAll(plan.Steps.Select(RunAsync));
        return [.. failures.OfType<string>()];
    }

    /// <param name="id">Null for all of the member's faults.</param>
    /// <returns>Why not, for people; null where it is undone.</returns>
    public Task<string?> EndAsync(string member, long? id) => AskAsync(member, client => client.EndFaultAsync(id));

    private async Task<string?> RunAsync(FaultStep step)
    {
        _logger.LogInformation("Somebody asked this page to harm {Member}: {Fault}", step.Member, step.Order?.Kind.ToString() ?? "kill");
        return step.Order is { } order
            ? await AskAsync(step.Member, client => client.BeginFaultAsync(order))
            : await AskAsync(step.Member, client => client.KillAsync(step.Member), mayEnd: true);
    }

    /// <param name="mayEnd">Whether the member may be gone before it has answered.</param>
    private async Task<string?> AskAsync(string member, Func<ClusterClient, Task> ask, bool mayEnd = false)
    {
        if (!IsAllowed)
        {
            return $"{Key} is not true for this page.";
        }

        if (_watch.Latest.Member(member)?.GrpcAddress is not { } address)
        {
            return $"It is not known where {member} can be asked.";
        }

        try
        {
            await ask(_clients.Through(address).Cluster);
            return null;
        }
        catch (KvException failure)
        {
            // Who ends before its answer has left has done what was asked.
            return mayEnd && failure.Outcome == KvOutcome.Unknown ? null : $"{member}: {failure.Message}";
        }
    }
}
