using System.Diagnostics;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>
/// What a member's taking over of slots leaves in the trace of the change: one span for all of it, and below that one for each
/// question to an old owner, as far as they are few. Any thread may ask; one begins and ends.
/// </summary>
internal sealed class TransferTrace
{
    /// <summary>Questions of one change that have a span, at most; of further ones only the sums are in the span above.</summary>
    public const int QuestionsMax = 256;

    /// <summary>Pages of one question for which the old owner has a span too, at most.</summary>
    public const int PagesMax = 4;

    private Activity? _whole;
    private int _questions;

    /// <summary>This member begins to take over slots.</summary>
    public void Begin(TopologySnapshot joint, int slots)
    {
        End("interrupted", null);
        _questions = 0;
        _whole = slots == 0 ? null : ChangeTrace.Start("take over slots", joint.Document.Cluster.Value, () => joint.Digest);
        _whole?.SetTag(SpanAttributes.Epoch, (long)joint.Epoch.Number);
        _whole?.SetTag(SpanAttributes.Slots, slots);
    }

    /// <returns>Null where nobody listens, or enough have been asked.</returns>
    public Activity? Ask(TopologySnapshot joint, MemberId source, string question, int slots)
    {
        if (_whole is not { } whole || Interlocked.Increment(ref _questions) > QuestionsMax)
        {
            return null;
        }

        string name = joint.Find(source)?.Name ?? $"{source}";
        Activity? span = NodeTelemetry.Start($"{question} {name}", ActivityKind.Client, whole.Context);
        span?.SetTag(SpanAttributes.Member, name);
        span?.SetTag(SpanAttributes.Slots, slots);
        return span;
    }

    /// <summary>It is over, or will be begun again.</summary>
    /// <param name="report">What was taken over; null where that is told elsewhere.</param>
    public void End(string result, MigrationReport? report)
    {
        _whole?.SetTag(SpanAttributes.Result, result);
        _whole?.SetTag(SpanAttributes.Records, report?.Keys);
        _whole?.SetTag(SpanAttributes.Bytes, report?.Bytes);
        NodeTelemetry.Stop(_whole);
        _whole = null;
    }
}
