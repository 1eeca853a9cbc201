using System.Diagnostics;
using KvStore.Node.Membership;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;

namespace KvStore.Node.Gossip;

/// <summary>
/// Traces of gossip: of the packets that brought something new, one in <see cref="Interval"/> at most, each a trace of its own.
/// Whoever gossips a thousand times a minute about nothing must not drown requests, and neither must a storm of news.
/// </summary>
/// <remarks>One call at a time: the loop's lock is held.</remarks>
internal sealed class GossipTrace(TimeProvider time, Func<MemberId, string> nameOf, Func<LivenessChange, string> describe)
{
    /// <summary>Between two traces. What comes in between is counted in the next one.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private long? _last;
    private int _untold;

    /// <summary>Something was heard of a member, and what came to be believed by it.</summary>
    /// <returns>Null where it is not traced.</returns>
    public Activity? Begin(MemberId from, IReadOnlyList<LivenessChange> news)
    {
        if (news.Count == 0 || !NodeTelemetry.Source.HasListeners())
        {
            return null;
        }

        long now = time.GetTimestamp();
        if (_last is { } last && time.GetElapsedTime(last, now) < Interval)
        {
            _untold++;
            return null;
        }

        Activity? span = NodeTelemetry.StartLinked($"gossip from {nameOf(from)}", ActivityKind.Server, default, default);
        if (span is not null)
        {
            span.SetTag(SpanAttributes.Member, nameOf(from));
            span.SetTag(SpanAttributes.Liveness, string.Join(", ", news.Select(change => $"{nameOf(change.Member)} {describe(change)}")));
            span.SetTag(SpanAttributes.Untold, _untold);
            (_last, _untold) = (now, 0);
        }

        return span;
    }
}
