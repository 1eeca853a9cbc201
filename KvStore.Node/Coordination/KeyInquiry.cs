using System.Diagnostics;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>Asks every replica of a key what it holds and how long it takes to say so: for "explain", not for reading.</summary>
internal sealed class KeyInquiry : PendingCall
{
    private readonly TaskCompletionSource<IReadOnlyList<ReplicaExplanation>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Key _key;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private ReplicaExplanation[] _replicas = [];
    private int _outstanding;
    private long _asked;
    private LaneTimer? _overdue;
    private LaneScope? _lane;

    /// <param name="patience">A replica that has not answered by then counts as unreachable.</param>
    public KeyInquiry(Key key, TimeSpan patience, TimeProvider time)
    {
        _key = key;
        _patience = patience;
        _time = time;
    }

    public Key Key => _key;

    public Epoch Epoch { get; private set; }

    public Task<IReadOnlyList<ReplicaExplanation>> Completion => _done.Task;

    public void Begin(LaneScope lane)
    {
        _lane = lane;
        Epoch = lane.Topology.Epoch;
        SlotOwners owners = lane.Topology.OwnersOf(_key.Slot);
        _replicas = new ReplicaExplanation[owners.Count];
        for (int place = 0; place < owners.Count; place++)
        {
            _replicas[place] = new ReplicaExplanation(owners[place], false, RegisterRecord.Absent, _patience);
        }

        _outstanding = _replicas.Length;
        _asked = _time.GetTimestamp();
        lane.Calls.Open(this);
        int timeout = (int)_patience.TotalMilliseconds;
        foreach (ReplicaExplanation replica in _replicas)
        {
            PeerRequest request = new(
                PeerRequestKind.Read, CallId, lane.Topology.Epoch, _key, Ballot.Zero, RegisterRecord.Absent, timeout, default(ActivityContext));
            if (!lane.Calls.Send(replica.Member, request))
            {
                _outstanding--;
            }
        }

        if (_outstanding == 0)
        {
            Finish();
        }
        else
        {
            _overdue = lane.Timers.Add(lane.Now + timeout, Finish);
        }
    }

    public override void OnReply(MemberId from, in PeerReply reply)
    {
        int index = Array.FindIndex(_replicas, replica => replica.Member.Id == from);
        if (index < 0 || _replicas[index].Answered || reply.Kind != PeerReplyKind.Read)
        {
            return;
        }

        _replicas[index] = _replicas[index] with { Answered = true, Record = reply.Record, Elapsed = _time.GetElapsedTime(_asked) };
        if (--_outstanding == 0)
        {
            Finish();
        }
    }

    private void Finish()
    {
        _overdue?.Cancel();
        _lane!.Calls.Close(this);
        _done.TrySetResult(_replicas);
    }
}
