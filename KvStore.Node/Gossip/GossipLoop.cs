using System.Diagnostics;
using KvStore.Node.Membership;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;

namespace KvStore.Node.Gossip;

/// <summary>
/// The loop around a <see cref="FailureDetector"/>: gives it the time, brings in what arrives and sends what it says.
/// </summary>
/// <remarks>
/// Who calls: the member, and whatever thread brings a packet; one lock makes the detector see one after the other;
/// <c>changed</c> is called under it and must not call back. Failure: a packet that is damaged or of another cluster counts for nothing and is
/// counted; what cannot be sent is lost, as any packet may be.
/// </remarks>
internal sealed class GossipLoop : IDisposable
{
    private readonly FailureDetector _detector;
    private readonly ClusterId _cluster;
    private readonly Func<Epoch> _epoch;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly Action<MemberId, byte[]> _send;
    private readonly Action<MemberId, Epoch> _heard;
    private readonly Action<LivenessChange> _changed;
    private readonly Func<VitalSigns> _vitals;
    private readonly Action<MemberId, VitalSigns> _vitalsHeard;
    private readonly GossipTrace? _trace;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private long _sent;
    private long _refused;
    private volatile bool _stopped;

    /// <param name="detector">Made at the same clock's zero; this loop's alone from here on.</param>
    /// <param name="epoch">In force here.</param>
    /// <param name="send">Gives a packet to the wire, which may lose it. Must not wait.</param>
    /// <param name="heard">Told the epoch of each packet's sender.</param>
    /// <param name="vitals">What this member says of itself with every packet.</param>
    /// <param name="vitalsHeard">Told what others say of themselves.</param>
    /// <param name="changed">Told what the detector came to believe, in order, one call at a time.</param>
    public GossipLoop(
        FailureDetector detector,
        ClusterId cluster,
        Func<Epoch> epoch,
        DetectorSettings settings,
        TimeProvider time,
        Action<MemberId, byte[]> send,
        Action<MemberId, Epoch> heard,
        Action<LivenessChange> changed,
        Func<VitalSigns>? vitals = null,
        Action<MemberId, VitalSigns>? vitalsHeard = null,
        GossipTrace? trace = null)
    {
        _detector = detector;
        _cluster = cluster;
        _epoch = epoch;
        _interval = settings.TickInterval;
        _time = time;
        _began = time.GetTimestamp();
        _send = send;
        _heard = heard;
        _changed = changed;
        _vitals = vitals ?? (static () => default);
        _vitalsHeard = vitalsHeard ?? (static (_, _) => { });
        _trace = trace;
        _timer = time.CreateTimer(static loop => ((GossipLoop)loop!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Packets handed to the wire since the start.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Packets that counted for nothing: damaged, or of another cluster.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public IReadOnlyList<MemberSight> Sights
    {
        get
        {
            lock (_lock)
            {
                return _detector.Sights;
            }
        }
    }

    /// <summary>This member's own: its incarnation and the score of its health.</summary>
    public (long Incarnation, int HealthScore) Self
    {
        get
        {
            lock (_lock)
            {
                return (_detector.Incarnation, _detector.HealthScore);
            }
        }
    }

    public void Start() => _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);

    public void SetMembers(IEnumerable<MemberId> members)
    {
        lock (_lock)
        {
            _detector.SetMembers(members);
        }
    }

    /// <summary>The wire brings a packet. Never throws, whatever the bytes are.</summary>
    public void Receive(ReadOnlyMemory<byte> bytes)
    {
        if (!GossipCodec.TryDecode(bytes, out GossipPacket? packet, out _) || packet.Cluster != _cluster)
        {
            Interlocked.Increment(ref _refused);
            return;
        }

        Activity? span = null;
        Step((output, now) =>
        {
            _detector.Receive(packet.Message, now, output);
            span = _trace?.Begin(packet.Message.From, output.Changes);
        });
        NodeTelemetry.Stop(span); // what it has to say to others has left
        _vitalsHeard(packet.Message.From, packet.Vitals);
        _heard(packet.Message.From, packet.Epoch);
    }

    public void Dispose()
    {
        _stopped = true;
        _timer.Dispose();
    }

    private void OnTimer()
    {
        if (_stopped)
        {
            return;
        }

        Step((output, now) => _detector.Tick(now, output));
        if (!_stopped)
        {
            _timer.Change(_interval, Timeout.InfiniteTimeSpan);
        }
    }

    private void Step(Action<DetectorOutput, TimeSpan> step)
    {
        DetectorOutput output = new();
        lock (_lock)
        {
            step(output, _time.GetElapsedTime(_began));
            foreach (LivenessChange change in output.Changes)
            {
                _changed(change);
            }
        }

        foreach (GossipMessage message in output.Messages)
        {
            Interlocked.Increment(ref _sent);
            _send(message.To, GossipCodec.Encode(new GossipPacket(_cluster, _epoch(), message) { Vitals = _vitals() }));
        }
    }
}
