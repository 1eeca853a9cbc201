using Microsoft.Extensions.Logging;

namespace KvStore.Node.Telemetry;

/// <summary>What a node's log lines are about, to filter and count by whatever their words say. Numbers are never used again.</summary>
internal static class NodeEvents
{
    // 1 and 2: that it serves, that it cannot go on (MemberHost).
    public static readonly EventId DoesNotVote = new(3, "does-not-vote");
    public static readonly EventId Votes = new(4, "votes");
    public static readonly EventId LivenessChanged = new(10, "liveness-changed");
    public static readonly EventId GossipAddressUnusable = new(11, "gossip-address-unusable");
    public static readonly EventId LinkOpened = new(20, "link-opened");
    public static readonly EventId LinkLost = new(21, "link-lost");
    public static readonly EventId LinkRetried = new(22, "link-retried");
    public static readonly EventId LinksUnsettled = new(23, "links-unsettled");
    public static readonly EventId FrameRefused = new(24, "frame-refused");
    public static readonly EventId FaultBegun = new(25, "fault-begun");
    public static readonly EventId FaultEnded = new(26, "fault-ended");
    public static readonly EventId Killed = new(27, "killed");
    public static readonly EventId UpkeepInterrupted = new(30, "upkeep-interrupted");

    // 40: a request that ended in an exception (ProblemBoundary).
}
