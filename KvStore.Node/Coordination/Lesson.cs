using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// One chosen record on its way to one replica as a Learn. A replica that holds nothing and whose floor is not below the record
/// refuses it; then an identity round settles the key.
/// </summary>
internal sealed class Lesson(Key key, RegisterRecord record, TopologyMember pupil, LaneScope lane, Action<Operation> toRound, Action<LessonOutcome>? ended = null)
    : PendingCall
{
    public const int PatienceMilliseconds = 1_000;

    private LaneTimer? _overdue;

    /// <returns>False if it could not leave: nothing follows then.</returns>
    public bool TryBegin()
    {
        lane.Calls.Open(this);
        PeerRequest request = new(
            PeerRequestKind.Learn, CallId, lane.Topology.Epoch, key, record.Ballot, record, PatienceMilliseconds, default);
        if (!lane.Calls.Send(pupil, request))
        {
            lane.Calls.Close(this);
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

    private void End(LessonOutcome outcome)
    {
        _overdue!.Cancel();
        lane.Calls.Close(this);
        ended?.Invoke(outcome);
    }
}
