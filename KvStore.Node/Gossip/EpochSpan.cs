using System.Diagnostics;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Gossip;

/// <summary>Spans of the steps by which an epoch comes into force, in the trace of the change that it is part of.</summary>
internal static class EpochSpan
{
    /// <param name="step">What is done for the epoch: "propose", "vote for" or "enter".</param>
    /// <param name="before">In force until then.</param>
    /// <returns>Null when nobody listens.</returns>
    public static Activity? Start(string step, TopologyDocument before, TopologyDocument epoch)
    {
        Activity? span = ChangeTrace.Start($"{step} epoch {epoch.Epoch.Number}", before.Cluster.Value, Succession.ChangeOf(before, epoch).Digest);
        if (span is not null)
        {
            span.SetTag(SpanAttributes.Epoch, (long)epoch.Epoch.Number);
            span.SetTag(SpanAttributes.Members, NamesOf(epoch, epoch.Current));
            span.SetTag(SpanAttributes.Next, epoch.Next is null ? null : NamesOf(epoch, epoch.Next));
        }

        return span;
    }

    /// <summary>Has a document proposed, in the span of that.</summary>
    /// <param name="span">For the caller to stop; null when nobody listens.</param>
    public static TopologyDocument Proposed(TopologyDocument before, TopologyDocument epoch, out Activity? span)
    {
        span = Start("propose", before, epoch);
        return epoch;
    }

    private static string NamesOf(TopologyDocument epoch, IReadOnlyList<MemberId> owners) => string.Join(' ', owners.Select(owner => epoch.Find(owner)?.Name ?? $"{owner}"));
}
