using System.Collections.Concurrent;
using KvStore.Node.Gossip;
using KvStore.Node.Membership;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;
using Microsoft.Extensions.Logging;

namespace KvStore.Node;

/// <summary>
/// Failure detection of one member as a process: joins <see cref="GossipLoop"/> with the topology, which says whom it
/// watches, with the wire, and with the logs, metrics and pages that show what it found.
/// </summary>
internal sealed class MemberGossip : IDisposable
{
    /// <summary>Events kept for pages; the oldest go.</summary>
    public const int EventsMax = 256;

    /// <summary>Members that were removed and are told so when they are heard again; the first to go are forgotten.</summary>
    public const int GoneMax = 64;

    /// <summary>Over what a rate is taken at least.</summary>
    public static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(2);

    private readonly Member _member;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IGossipWire _wire;
    private readonly Lock _lock = new();
    private readonly Queue<LivenessEvent> _events = new();
    private readonly ConcurrentDictionary<MemberId, Epoch> _epochs = new();
    private readonly ConcurrentDictionary<MemberId, (VitalSigns Signs, long ClockAhead)> _vitals = new();
    private volatile HashSet<MemberId> _doubted = [];
    private long _rateFrom;
    private long _rateSent;
    private double _rate;
    private volatile TopologySnapshot _topology;
    private volatile IReadOnlyList<TopologyMember> _gone;

    /// <param name="bootCount">Of the member's store: a later life overrides all that was said of an earlier one.</param>
    /// <param name="wire">This object's alone from here on: disposed of with it.</param>
    /// <param name="documents">All that were decided.</param>
    public MemberGossip(
        Member member, IReadOnlyList<TopologyDocument> documents, long bootCount, DetectorSettings settings, IGossipWire wire, TimeProvider time, Random random, ILogger logger)
    {
        _member = member;
        _topology = member.Topologies.Current;
        _gone = GoneOf(documents.SelectMany(document => document.Members), _topology);
        _time = time;
        _rateFrom = time.GetTimestamp();
        _logger = logger;
        _wire = wire;
        Loop = new GossipLoop(
            new FailureDetector(member.Id, LivenessClaim.IncarnationOfBoot(bootCount), settings, random, TimeSpan.Zero),
            member.Topologies.Current.Document.Cluster,
            () => member.Topologies.Current.Epoch,
            settings,
            time,
            Send,
            OnHeard,
            OnChanged,
            () => member.Vitals with { Evictions = Evictions?.Signs ?? default },
            (from, vitals) => OnVitals(from, vitals),
            new GossipTrace(time, NameOf, change => NameOf(change, member.Id)));
        member.Topologies.Changed += Follow;
        Follow(member.Topologies.Current);
    }

    public MemberId Self => _member.Id;

    public GossipLoop Loop { get; }

    /// <summary>What this member says of evictions, and is told what others say. Set before it starts.</summary>
    public MemberEvictions? Evictions { get; set; }

    /// <summary>What is done to packets on purpose; null where that is not allowed. Set before it starts.</summary>
    public FaultSwitch? Faults { get; init; }

    /// <summary>Raised with each packet of a peer, and the epoch it is in, by the thread that brought it.</summary>
    public event Action<MemberId, Epoch>? EpochHeard;

    /// <summary>The newest last.</summary>
    public IReadOnlyList<LivenessEvent> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Packets sent a second, over the last <see cref="RateWindow"/> or more.</summary>
    public double PacketsPerSecond
    {
        get
        {
            lock (_lock)
            {
                TimeSpan elapsed = _time.GetElapsedTime(_rateFrom);
                if (elapsed >= RateWindow)
                {
                    _rate = (Loop.Sent - _rateSent) / elapsed.TotalSeconds;
                    (_rateFrom, _rateSent) = (_time.GetTimestamp(), Loop.Sent);
                }

                return _rate;
            }
        }
    }

    /// <summary>In which a member said it was when it was last heard; none before it was.</summary>
    public Epoch EpochOf(MemberId member) => _epochs.GetValueOrDefault(member);

    /// <summary>What a member last said of itself, and by how many milliseconds its clock was ahead of this one's when that arrived.</summary>
    public (VitalSigns Signs, long ClockAhead) VitalsOf(MemberId member) => _vitals.GetValueOrDefault(member);

    /// <summary>Whether nothing speaks against a member: it is neither suspect nor dead. Cheap; any thread.</summary>
    public bool IsAlive(MemberId member) => !_doubted.Contains(member);

    public void Start() => Loop.Start();

    /// <summary>Whether this member takes another for dead.</summary>
    public bool IsDead(MemberId member) => Loop.Sights.Any(sight => sight.Member == member && sight.Liveness == Liveness.Dead);

    /// <summary>Sends a message of an election, also to a member that was removed. It may be lost.</summary>
    public void SendElection(MemberId to, byte[] message)
    {
        FaultVerdict verdict = Faults?.Decide(to) ?? default;
        if (!verdict.IsLost && (_topology.Find(to) ?? _gone.FirstOrDefault(gone => gone.Id == to)) is { } member)
        {
            _wire.SendElection(member.GrpcAddress, message, verdict.Delay);
        }
    }

    public void Dispose()
    {
        _member.Topologies.Changed -= Follow;
        Loop.Dispose();
        _wire.Dispose();
    }

    private void Follow(TopologySnapshot topology)
    {
        _gone = GoneOf(_gone.Concat(_topology.Document.Members), topology);
        _topology = topology;
        Loop.SetMembers(topology.Document.Members.Select(member => member.Id));
        _wire.Keep([.. topology.Document.Members.Concat(_gone).Select(member => member.GrpcAddress)]);
    }

    private static IReadOnlyList<TopologyMember> GoneOf(IEnumerable<TopologyMember> past, TopologySnapshot now) =>
        [.. past.Where(member => now.Find(member.Id) is null).DistinctBy(member => member.Id).TakeLast(GoneMax)];

    private void OnVitals(MemberId from, in VitalSigns vitals)
    {
        if (_topology.Find(from) is not null)
        {
            Evictions?.Hear(from, vitals.Evictions);
            _vitals[from] = (vitals, vitals.WallMilliseconds - _time.GetUtcNow().ToUnixTimeMilliseconds());
        }
    }

    private void OnHeard(MemberId from, Epoch epoch)
    {
        if (_topology.Find(from) is not null)
        {
            _epochs[from] = epoch;
        }

        EpochHeard?.Invoke(from, epoch);
    }

    private void Send(MemberId to, byte[] packet)
    {
        FaultVerdict verdict = Faults?.Decide(to) ?? default;
        if (!verdict.IsLost && _topology.Find(to) is { } member)
        {
            _wire.Send(member.GrpcAddress, packet, verdict.Delay);
        }
    }

    private void OnChanged(LivenessChange change)
    {
        // One call at a time: the loop's lock is held.
        if (change.Member != _member.Id)
        {
            HashSet<MemberId> doubted = [.. _doubted.Where(member => member != change.Member && _topology.Find(member) is not null)];
            if (change.After != Liveness.Alive)
            {
                doubted.Add(change.Member);
            }

            _doubted = doubted;
        }

        lock (_lock)
        {
            _events.Enqueue(new LivenessEvent(_time.GetUtcNow(), change, NameOf(change.Member), NameOf(change.By)));
            if (_events.Count > EventsMax)
            {
                _events.Dequeue();
            }
        }

        string what = NameOf(change, _member.Id);
        NodeTelemetry.LivenessChanges.Add(1, new KeyValuePair<string, object?>(SpanAttributes.Liveness, what));
        LogChange(
            change.After == Liveness.Alive ? LogLevel.Information : LogLevel.Warning,
            NameOf(change.Member),
            what,
            change.Incarnation,
            NameOf(change.By));
    }

    /// <summary>"alive", "suspect" or "dead"; "refuted" of the member itself.</summary>
    public static string NameOf(LivenessChange change, MemberId self) => change.Member == self ? "refuted" : NameOf(change.After);

    public static string NameOf(Liveness liveness) => liveness switch
    {
        Liveness.Alive => "alive",
        Liveness.Suspect => "suspect",
        Liveness.Dead => "dead",
        _ => throw new InvariantViolation($"No liveness {liveness}"),
    };

    private string NameOf(MemberId member) => _member.Topologies.Current.Find(member)?.Name ?? member.ToString();

    private void LogChange(LogLevel level, string member, string liveness, long incarnation, string by) =>
        _logger.Log(level, NodeEvents.LivenessChanged, "{Member} is {Liveness} at incarnation {Incarnation}, says {By}", member, liveness, incarnation, by);
}
