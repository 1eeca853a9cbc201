using System.Collections.Immutable;
using KvStore.Client;

namespace KvStore.Web.Cluster;

/// <summary>What is known of one node from what it says. What it said last stays known after it stopped answering.</summary>
internal sealed record NodeReport(NodeAddress Node)
{
    public MemberStatus? Status { get; init; }

    public ClusterTopology? Topology { get; init; }

    public RateWindow Window { get; init; } = RateWindow.Empty;

    /// <summary>Why it does not answer; null if it does, or was not asked yet.</summary>
    public string? Failure { get; init; }

    /// <summary>When it stopped answering.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    public bool WasAsked => Status is not null || Failure is not null;

    public bool Answers => Status is not null && Failure is null;

    /// <summary>By identity once the node has told it; before that by address, or by the name it was configured under.</summary>
    public bool IsAbout(ClusterMember member) => Status is { } status
        ? status.Id == member.Id
        : (Uri.TryCreate(member.GrpcAddress, UriKind.Absolute, out Uri? address) && address.Authority == Node.Address.Authority) || Node.Name == member.Name;

    public bool IsAboutAny(ImmutableArray<ClusterMember> members) => members.Any(IsAbout);

    /// <param name="at">By a clock that only goes on.</param>
    public NodeReport Told(MemberStatus status, TimeSpan at) => this with
    {
        Status = status,
        Window = Window.With(status, at),
        Failure = null,
        FailingSince = null,
    };

    public NodeReport Failed(string why, DateTimeOffset now) => this with
    {
        Failure = why,
        FailingSince = FailingSince ?? now,
        Window = RateWindow.Empty,
    };
}
