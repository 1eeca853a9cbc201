using System.Collections.Immutable;
using KvStore.Client;

namespace KvStore.Web.Cluster;

/// <summary>One member as the page shows it: what the topology, the member itself and the others say of it.</summary>
public sealed record MemberView
{
    private static readonly string[] LivenessWords = ["alive", "suspect", "dead"];

    public required string Name { get; init; }

    /// <summary>Its ordinal in the topology; null for a node that is in none, or not in this one.</summary>
    public required int? Ordinal { get; init; }

    /// <summary>What stands for it where its name has no room.</summary>
    public required string Badge { get; init; }

    /// <summary>Where this page asks it; null if its address cannot be read.</summary>
    public required Uri? GrpcAddress { get; init; }

    public required string Zone { get; init; }

    /// <summary>joining, active or leaving; empty outside the topology.</summary>
    public required string TopologyState { get; init; }

    public required Reachability Reachability { get; init; }

    /// <summary>Why it does not answer this page; null if it does.</summary>
    public required string? Failure { get; init; }

    public required DateTimeOffset? FailingSince { get; init; }

    /// <summary>What it said last; null before its first answer.</summary>
    public required MemberStatus? Status { get; init; }

    public required OperationRates? Rates { get; init; }

    /// <summary>How long the reads took that it coordinated in the last seconds.</summary>
    public LatencyHistogram ReadTimes { get; init; } = LatencyHistogram.Empty;

    /// <summary>How long the writes took.</summary>
    public LatencyHistogram WriteTimes { get; init; } = LatencyHistogram.Empty;

    public required SlotShare Share { get; init; }

    /// <summary>What the members that answer say of it.</summary>
    public required ImmutableArray<Observation> Observations { get; init; }

    /// <summary>What most of the others see: "alive", "suspect" or "dead"; of as many the worse. Empty where nobody says.</summary>
    public string Liveness => Observations.Select(seen => seen.Liveness).Where(word => word.Length > 0)
        .GroupBy(word => word).OrderByDescending(said => said.Count()).ThenByDescending(said => Array.IndexOf(LivenessWords, said.Key))
        .Select(said => said.Key).FirstOrDefault("");

    /// <summary>Whether it can take part in the quorum of a write.</summary>
    public bool Serves => Takes("serving");

    /// <summary>Whether it can take part in the quorum of a read.</summary>
    public bool ServesReads => Takes("serving", "read-only");

    /// <summary>It answers this page, but some other member has no connection to it.</summary>
    public bool IsPartlyCutOff => Reachability == Reachability.Reachable && Observations.Any(seen => !seen.IsConnected);

    private bool Takes(params ReadOnlySpan<string> states) => Reachability switch
    {
        Reachability.Reachable => states.Contains(Status!.State),
        Reachability.ReachedByMembers => true,
        Reachability.Waiting or Reachability.Unreachable => false,
        _ => throw new InvalidOperationException($"Unknown reachability {Reachability}."),
    };
}
