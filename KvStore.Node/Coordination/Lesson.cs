using System.Diagnostics;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// One chosen record on its way to one replica as a Learn. A replica that holds nothing and whose floor is not below the record
/// refuses it; then an identity round settles the key. Its span is linked to the write that made the record, if that was traced.
/// </summary>
internal sealed class Lesson(Key key, RegisterRecord record, TopologyMember pupil, LaneScope lane, Action<Operation> toRound, Action<LessonOutcome>? ended = null)
    : PendingCall
{
    public const int PatienceMilliseconds = 1_000;

    private LaneTimer? _overdue;
    private Activity? _span;

    /// <summary>Of its span: why it is taught.</summary>
    public string Name { get; init; } = "repair";

    /// <summary>The span of what found out that it was needed, if any.</summary>
    public ActivityContext Cause { get; init; }

    /// <summary>The span of the write, where whoever teaches knows it; else it is looked for in the lane's memory.</summary>
    public ActivityContext Write { get; init; }

    /// <returns>False if it could not leave: nothing follows then.</returns>
    public bool TryBegin()
    {
        lane.Calls.Open(this);
        _span = StartSpan();
        PeerRequest request = new(
            PeerRequestKind.Learn, CallId, lane.Topology.Epoch, key, record.Ballot, record, PatienceMilliseconds, _span?.Context ?? default);
        if (!lane.Calls.Send(pupil, request))
        {
            lane.Calls.Close(this);
            NodeTelemetry.Forget(_span); // one that is away is tried once a second
            return false;
        }

        _overdue = lane.Timers.Add(lane.Now + PatienceMilliseconds, () => End(LessonOutcome.Unanswered));
        return true;
    }

    public override void OnReply(MemberId from, in PeerReply reply)
    {
        if (from != pupil.Id)
        {
            return;
        }

        if (reply.Kind == PeerReplyKind.LearnRefused)
        {
            toRound(IdentityRound.For(key, lane));
        }

        End(reply.Kind switch
        {
            PeerReplyKind.Learned => LessonOutcome.Learned,
            PeerReplyKind.LearnRefused => LessonOutcome.BelowFloor,
            _ => LessonOutcome.Unanswered,
        });
    }

    private Activity? StartSpan()
    {
        ActivityContext write = Write == default ? lane.Writes.Find(key, record.Ballot) : Write;
        if (write == default && Cause == default)
        {
            return null;
        }

        Activity? span = NodeTelemetry.StartLinked($"{Name} {pupil.Name}", ActivityKind.Client, Cause, write);
        span?.SetTag(SpanAttributes.Member, pupil.Name);
        span?.SetTag(SpanAttributes.Slot, (int)key.Slot.Number);
        return span;
    }

    private void End(LessonOutcome outcome)
    {
        _overdue!.Cancel();
        _span?.SetTag(SpanAttributes.Result, outcome.ToString());
        NodeTelemetry.Stop(_span);
        lane.Calls.Close(this);
        ended?.Invoke(outcome);
    }
}
