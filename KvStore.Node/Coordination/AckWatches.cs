using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// Waits a little for the acks of committed records that came too late for their rounds, and makes hints for replicas that
/// stay silent. Of a key only the latest record of this member is watched: whoever has that needs none of the earlier ones.
/// </summary>
internal sealed class AckWatches(LaneScope lane, Hints hints)
{
    /// <summary>How long a replica may take before it gets a hint.</summary>
    public const int PatienceMilliseconds = 1_000;

    /// <summary>Keys watched, at most; beyond it silent replicas are left to anti-entropy.</summary>
    public const int WatchedMax = 16_384;

    /// <summary>Bytes of the values watched; where there are as many, silent replicas are left to anti-entropy likewise.</summary>
    public const long BytesMax = 64L * 1024 * 1024;

    private readonly Dictionary<Key, Watch> _byKey = [];
    private readonly Queue<Watch> _byAge = new();
    private LaneTimer? _timer;
    private long _bytes;

    public int Count => _byKey.Count;

    /// <summary>Takes over the call of a round whose accept was met: what is answered from here on is told to the watch.</summary>
    /// <param name="record">Committed.</param>
    /// <param name="acked">The replicas that have acknowledged it, as bits.</param>
    /// <param name="trails">Told of what comes late.</param>
    public void Take(
        PendingCall round, in Key key, in RegisterRecord record, in SlotOwners owners, uint acked, RequestTrail[]? trails = null)
    {
        if (_byKey.Remove(key, out Watch? before))
        {
            lane.Calls.Close(before);
            Release(before);
        }

        if (acked == owners.All)
        {
            return;
        }

        if (_byKey.Count >= WatchedMax || _bytes >= BytesMax)
        {
            hints.Overflowed(1);
            return;
        }

        Watch watch = new(this, key, record, owners, acked, lane.Now + PatienceMilliseconds) { Trails = trails ?? [] };
        _bytes += watch.Bytes;
        watch.AwaitLate();
        lane.Calls.Pass(round, watch);
        _byKey.Add(key, watch);
        _byAge.Enqueue(watch);
        _timer ??= lane.Timers.Add(watch.Due, Look);
    }

    /// <summary>An older epoch's acks say nothing about the owners of the new one, which anti-entropy compares.</summary>
    public void Clear()
    {
        foreach (Watch watch in _byKey.Values)
        {
            lane.Calls.Close(watch);
            Release(watch);
        }

        _byKey.Clear();
    }

    private void Look()
    {
        _timer = null;
        while (_byAge.TryPeek(out Watch? watch) && (watch.Due <= lane.Now || !IsCurrent(watch)))
        {
            _byAge.Dequeue();
            if (IsCurrent(watch))
            {
                _byKey.Remove(watch.Key);
                lane.Calls.Close(watch);
                MakeHints(watch);
                Release(watch);
            }
        }

        if (_byAge.TryPeek(out Watch? next))
        {
            _timer = lane.Timers.Add(next.Due, Look);
        }
    }

    private bool IsCurrent(Watch watch) => _byKey.TryGetValue(watch.Key, out Watch? current) && current == watch;

    private void MakeHints(Watch watch)
    {
        for (int place = 0; place < watch.Owners.Count; place++)
        {
            if ((watch.Acked & (1u << place)) == 0)
            {
                hints.Add(watch.Owners[place].Id, watch.Key, watch.Record);
                watch.Tell(TrailEventKind.Hinted, place);
            }
        }
    }

    private void OnAcked(Watch watch)
    {
        _byKey.Remove(watch.Key);
        lane.Calls.Close(watch);
        Release(watch);
    }

    private void Release(Watch watch)
    {
        _bytes -= watch.Bytes;
        watch.Release();
    }

    private sealed class Watch(AckWatches watches, Key key, RegisterRecord record, SlotOwners owners, uint acked, long due) : PendingCall
    {
        public Key Key => key;

        public RegisterRecord Record { get; private set; } = record;

        public SlotOwners Owners => owners;

        public long Bytes => Record.State?.Value.Length ?? 0;

        public uint Acked { get; private set; } = acked;

        public long Due => due;

        public RequestTrail[] Trails { get; init; } = [];

        /// <summary>It waits in the queue until its time, without what it would have hinted.</summary>
        public void Release()
        {
            Record = RegisterRecord.Absent;
            foreach (RequestTrail trail in Trails)
            {
                trail.EndLate();
            }
        }

        public void AwaitLate()
        {
            foreach (RequestTrail trail in Trails)
            {
                trail.AwaitLate();
            }
        }

        public void Tell(TrailEventKind kind, int place)
        {
            foreach (RequestTrail trail in Trails)
            {
                trail.Add(kind, "accept", owners[place].Name);
            }
        }

        public override void OnReply(MemberId from, in PeerReply reply)
        {
            int place = owners.PlaceOf(from);
            if (place < 0 || reply.Kind != PeerReplyKind.Accepted)
            {
                return;
            }

            Acked |= 1u << place;
            Tell(TrailEventKind.AcceptedLate, place);
            if (Acked == owners.All)
            {
                watches.OnAcked(this);
            }
        }
    }
}
