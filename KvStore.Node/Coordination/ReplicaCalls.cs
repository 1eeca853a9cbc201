using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// One lane's requests to replicas and who waits for the answers. Requests to the member's own replica take the same road
/// without the wire: they queue here until the lane runs them.
/// </summary>
internal sealed class ReplicaCalls(int lane, MemberId self, PeerSend send, TracedWrites writes)
{
    /// <summary>Bits of a call id that name the lane, so that a reply finds its way back.</summary>
    public const int LaneBits = 4;

    private readonly Dictionary<ulong, PendingCall> _pending = [];
    private ulong _last;

    /// <summary>Requests to this member's own replica, in the order they were made.</summary>
    public Queue<PeerRequest> Local { get; } = new();

    /// <summary>Answers of this member's own replica.</summary>
    public Queue<PeerReply> LocalReplies { get; } = new();

    public int PendingCount => _pending.Count;

    public static int LaneOf(ulong callId) => (int)(callId & ((1 << LaneBits) - 1));

    /// <summary>Gives the call a new id under which it is answered until <see cref="Close"/>.</summary>
    public void Open(PendingCall call)
    {
        Close(call);
        call.CallId = (++_last << LaneBits) | (uint)lane;
        _pending.Add(call.CallId, call);
    }

    /// <summary>Answers to <paramref name="from"/> go to <paramref name="to"/> from now on.</summary>
    public void Pass(PendingCall from, PendingCall to)
    {
        Invariant.Holds(from.CallId != 0 && to.CallId == 0);
        (to.CallId, from.CallId) = (from.CallId, 0);
        _pending[to.CallId] = to;
    }

    /// <summary>Late answers find nobody from now on.</summary>
    public void Close(PendingCall call)
    {
        if (call.CallId != 0)
        {
            _pending.Remove(call.CallId);
            call.CallId = 0;
        }
    }

    /// <returns>False if the member cannot be reached now.</returns>
    public bool Send(TopologyMember to, in PeerRequest request)
    {
        if (request.Kind == PeerRequestKind.Accept)
        {
            writes.Remember(request.Key, request.Ballot, request.Trace);
        }

        if (to.Id == self)
        {
            Local.Enqueue(request);
            return true;
        }

        return send(to.Id, LinkClass.Register, request);
    }

    public void OnLost(MemberId member)
    {
        foreach ((ulong id, PendingCall call) in _pending.ToArray())
        {
            if (call.CallId == id) // what another has done about it may have settled this one
            {
                call.OnLost(member);
            }
        }
    }

    public void OnReply(MemberId from, in PeerReply reply)
    {
        if (_pending.TryGetValue(reply.Id, out PendingCall? call))
        {
            call.OnReply(from, reply);
        }
    }
}
