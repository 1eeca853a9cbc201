using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Display;

namespace KvStore.Web.Faults;

/// <summary>A fault that is on, as the member that has it tells.</summary>
/// <param name="Member">Its name.</param>
public sealed record StandingFault(string Member, NetworkFault Fault)
{
    /// <summary>What is the case, without a full stop.</summary>
    public string Sentence => Fault.Kind switch
    {
        NetworkFaultKind.Slow => $"{Member} is slow to {Ends}: {Figures.Duration(Fault.Delay)} later",
        NetworkFaultKind.Drop => $"{Member} loses {Fault.Percent} % of what goes to and comes from {Ends}",
        NetworkFaultKind.Partition => $"{Member} is partitioned from {Ends}",
        NetworkFaultKind.Pause => $"the network of {Member} is paused",
        _ => throw new InvalidOperationException($"Unknown fault {Fault.Kind}."),
    };

    private string Ends => Fault.Members.Count == 0 ? "all others" : string.Join(", ", Fault.Members);

    /// <summary>Those that members tell of, the newest last.</summary>
    public static ImmutableArray<StandingFault> Of(ClusterSnapshot snapshot) =>
    [
        .. snapshot.Told.SelectMany(status => status.Faults.Select(fault => new StandingFault(status.Name, fault)))
            .OrderBy(standing => standing.Fault.Began).ThenBy(standing => standing.Member, NaturalOrder.Instance).ThenBy(standing => standing.Fault.Id),
    ];
}
