using KvStore.Node.Coordination;
using KvStore.Node.Membership;
using KvStore.Node.Migration;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;
using Microsoft.Extensions.Logging;

namespace KvStore.Node;

/// <summary>
/// One member of a cluster, put together above its store and its wires: the same in production and in simulation, which
/// differ only in what they pass in.
/// </summary>
internal sealed class Member : IAsyncDisposable
{
    /// <summary>How long stopping waits for operations in flight.</summary>
    public static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(3);

    private const string RemovedReason =
        "the cluster has decided an epoch without this member. Stop it; started on an empty data directory it joins as a new member";

    private readonly MemberId _self;
    private readonly IStore _store;
    private readonly MemberClock _clock;
    private readonly Lane[] _lanes;
    private readonly Listings _listings;
    private readonly PeerLinks _links;
    private readonly ScanService _scans;
    private readonly MemberVotes _votes;
    private readonly PeerLoads _loads = new();
    private readonly MemberLoad? _load;
    private readonly MemberUpkeep _upkeep;
    private readonly DurableMark _durable = new();
    private readonly LeftoverSweep _leftover;
    private readonly Lock _serving = new();
    private readonly Action<Exception> _crash;
    private readonly IReadOnlyList<TopologyDocument> _documents;
    private readonly TaskCompletionSource _topologyDurable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _topologyLsn = long.MaxValue;
    private volatile StoreFailure? _failure;
    private volatile bool _started;
    private volatile bool _stopped;
    private volatile bool _removed;

    /// <param name="store">Open, not started.</param>
    /// <param name="topology">In force. The store holds its document, or gets it by <see cref="StartAsync"/>.</param>
    /// <param name="time">Every clock and timer of the member.</param>
    /// <param name="random">Every chance of the member.</param>
    /// <param name="dial">Makes the wire to a peer.</param>
    /// <param name="wake">See <see cref="Lane"/>.</param>
    /// <param name="crash">Told when the member cannot go on; must end the process (or the simulated one).</param>
    /// <param name="documents">Those that must be kept, the topology's among them; null where there is only that.</param>
    public Member(
        MemberSettings settings,
        IStore store,
        TopologySnapshot topology,
        TimeProvider time,
        Random random,
        Func<TopologyMember, LinkClass, IPeer> dial,
        Action<Lane> wake,
        Action<Exception> crash,
        ILogger logger,
        IReadOnlyList<TopologyDocument>? documents = null)
    {
        Invariant.Holds(settings.Lanes is > 0 and <= MemberSettings.LanesMax);
        _self = store.Contents.Member;
        _store = store;
        _crash = crash;
        _documents = documents ?? [topology.Document];
        _clock = new MemberClock(time);
        Topologies = new Topologies(topology);
        _votes = new MemberVotes(store, Topologies, settings, time, logger, KeepTopology, FollowVotes);
        _links = new PeerLinks(_self, Header, Hear, dial, OnRequests, OnReplies, OnConnectionChanged, time, random, logger);
        _lanes = new Lane[settings.Lanes];
        for (int i = 0; i < _lanes.Length; i++)
        {
            _lanes[i] = new Lane(i, settings.Lanes, _self, store, Topologies, _votes.Gate, _loads, TrySend, _clock, new Random(random.Next()), settings.Protocol, wake, crash);
        }

        _listings = new Listings(_self, store, Topologies, TrySend, _clock);
        CompleteSlots complete = new(store.Contents);
        _scans = new ScanService(_self, store, Topologies, _votes.Gate, complete, settings.Transfer.PageCountMax, settings.Transfer.IsLimited, () => _clock.Now);
        Admission admission = new(settings.OperationsMax);
        Coordinator = new Coordinator(_lanes, _clock, _listings, admission);
        _load = new MemberLoad(_lanes, admission, _loads, settings.OperationsMax, _clock);
        _leftover = new LeftoverSweep(_self, store, Topologies, ToLane, settings.Protocol);
        Epochs = new MemberEpochs(store, Topologies, _lanes, settings.Protocol, PrepareFor, _durable.Reached, crash, Remove, _votes.Ask);
        _upkeep = new MemberUpkeep(
            _self, store, Topologies, TrySend, ToLane, settings, Coordinator, _load, _leftover, complete, _durable.Reached, epoch => MoveCompleted?.Invoke(epoch), _clock, random, crash, logger);
        Topologies.Changed += OnTopologyChanged;
    }

    /// <summary>Raised when the store's log is durable up to a number, on the store's thread.</summary>
    public event Action<long>? DurableReached;

    /// <summary>Raised with each frame of a peer, and the epoch it is in, by the thread that brought it.</summary>
    public event Action<MemberId, Epoch>? EpochHeard;

    /// <summary>Raised when the change of an epoch can be completed: perhaps again and again, by several members.</summary>
    public event Action<Epoch>? MoveCompleted;

    /// <summary>Where decided topologies are brought.</summary>
    public MemberEpochs Epochs { get; }

    /// <summary>Where front ends bring requests.</summary>
    public Coordinator Coordinator { get; }

    public Topologies Topologies { get; }

    public PeerLinks Links => _links;

    public MemberId Id => _self;

    /// <summary>Changes acknowledged at level one here and not committed yet.</summary>
    public int ChangesPending => _lanes.Sum(lane => lane.Rounds.Pending.Count);

    /// <summary>By lane.</summary>
    public IReadOnlyList<int> InputsWaiting => [.. _lanes.Select(lane => lane.Waiting)];

    /// <summary>Rounds that began with a held promise and so without a prepare, and those that an only owner decided by itself.</summary>
    public (long Held, long Sole) ShortRounds => (_lanes.Sum(lane => lane.Rounds.HeldUsed), _lanes.Sum(lane => lane.Rounds.SoleDecided));

    /// <summary>What it says of itself to the others.</summary>
    public VitalSigns Vitals => new(Coordinator.Figures.InFlight, _durable.Lsn, _clock.Time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Whether another member is taken for alive. Set before it is started, by who watches over the others.</summary>
    public Func<MemberId, bool> IsAlive { get; set; } = static _ => true;

    /// <summary>Whether its votes count, in elections too.</summary>
    public bool IsVoting => _votes.Gate.IsOpen && !_removed;

    /// <summary>Whether the documents it was made with are on its disk, so that others may be told of them.</summary>
    public bool IsTopologyKept => _topologyDurable.Task.IsCompleted || _store.Contents.OfKind(FactKind.Topology).Any();

    public bool IsServing => Coordinator.IsServing && _failure is null;

    public MemberReport Report() => new(
        State,
        (_failure ?? _store.Shortage)?.Message ?? (_removed ? RemovedReason : _votes.Gate.Reason),
        _store.Contents.BootCount,
        TimeSpan.FromMilliseconds(_clock.Now),
        Coordinator.Figures,
        _store.Status,
        ChangesPending,
        [.. _links.Statuses.Where(link => link.IsDialling)],
        _votes.Peers,
        _upkeep.Report(_lanes.Select(lane => lane.Rounds)),
        Load(),
        _upkeep.Migration)
    { ReadTimes = Coordinator.ReadTimes.Counts, WriteTimes = Coordinator.WriteTimes.Counts };

    public SlotCounts CountsOf(Slot slot) => _store.CountsOf(slot);

    public LoadReport Load() => _load!.Report(_links.Statuses);

    /// <summary>
    /// Starts the store and connects to the others. The member makes its topology durable, if that is new, and serves as soon as
    /// it votes; where it does at once, that is awaited.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _store.Start(new StoreEvents(OnDurable, OnFailed, OnRead));
        if (_votes.Gate.IsOpen)
        {
            KeepTopology();
        }

        _votes.Start();
        _started = true;
        if (Topologies.Current.Find(_self) is null)
        {
            Remove();
        }

        FollowVotes();
        _links.Update(Topologies.Current.Document.Members);
        _upkeep.Start();
        if (_votes.Gate.IsOpen)
        {
            await _topologyDurable.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops admitting, lets what is in flight end within <see cref="DrainMax"/>, and closes links and store.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped)
        {
            return;
        }

        lock (_serving)
        {
            _stopped = true;
            Coordinator.IsServing = false;
        }

        long until = _clock.Now + (long)DrainMax.TotalMilliseconds;
        while (Coordinator.Figures.InFlight > 0 && _clock.Now < until)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), _clock.Time);
        }

        _upkeep.Dispose();
        _votes.Dispose();
        await _links.DisposeAsync();
        foreach (Lane lane in _lanes)
        {
            lane.Dispose();
        }

        await _store.DisposeAsync();
    }

    /// <summary>See <see cref="MemberReport"/>.</summary>
    public string State => _failure switch
    {
        { } => "stopped",
        _ when _stopped => "stopped",
        _ when _removed => "removed",
        _ when _votes.Gate.State == VoteState.Amnesiac => "amnesiac",
        _ when _store.Shortage is not null => "read-only",
        _ => Coordinator.IsServing ? "serving" : "starting",
    };

    /// <summary>Before anything else is written: who is a member, in the epoch that everything after belongs to.</summary>
    private void KeepTopology() => Volatile.Write(ref _topologyLsn, Epochs.KeepFirst(_documents));

    /// <summary>Serves when it votes and its topology is durable, and no longer than it votes.</summary>
    private void FollowVotes()
    {
        lock (_serving)
        {
            if (!_started || _stopped || _removed)
            {
                return;
            }

            if (_votes.Gate.IsOpen && !Coordinator.IsServing && _durable.Lsn >= Volatile.Read(ref _topologyLsn))
            {
                _topologyDurable.TrySetResult();
                KeptWork.Restore(_store.Contents, _lanes);
                Coordinator.IsServing = true;
                Epochs.Begin();
            }
            else if (_votes.Gate.State == VoteState.Amnesiac)
            {
                Coordinator.IsServing = false;
                _topologyDurable.TrySetResult();
                Silence();
            }
        }
    }

    private void Silence()
    {
        foreach (Lane lane in _lanes)
        {
            lane.Post(new LaneInput(LaneInputKind.Silenced));
        }
    }

    /// <summary>What this member still holds of slots that the next topology gives to it again must be gone before.</summary>
    private Task PrepareFor(TopologySnapshot next) => _leftover.LeftoverIn(next) is { Count: > 0 } slots
        ? _leftover.ClearAsync(slots, CancellationToken.None)
        : Task.CompletedTask;

    private void OnTopologyChanged(TopologySnapshot topology)
    {
        if (_started && !_stopped)
        {
            _links.Update(topology.Document.Members);
        }

        foreach (Lane lane in _lanes)
        {
            lane.Post(new LaneInput(LaneInputKind.TopologyChanged));
        }

        if (topology.Find(_self) is null)
        {
            Remove();
        }
    }

    private void Remove()
    {
        lock (_serving)
        {
            _removed = true;
            Coordinator.IsServing = false;
            _topologyDurable.TrySetResult();
            Silence();
        }
    }

    private bool Hear(PeerFrameHeader header)
    {
        EpochHeard?.Invoke(header.From, header.Epoch);
        _loads.Heard(header.From, header.Load);
        return _votes.Hear(header);
    }

    /// <summary>
    /// An amnesiac's answer would not count: whoever waited for it would wait in vain. And nobody hands a write to a member that
    /// may be dead; its vote is asked for all the same.
    /// </summary>
    private bool TrySend(MemberId to, LinkClass linkClass, in PeerRequest request) =>
        _votes.MayCount(to) && (request.Kind != PeerRequestKind.Execute || IsAlive(to)) && _links.TrySend(to, linkClass, request);

    private PeerFrameHeader Header(MemberId to)
    {
        TopologySnapshot topology = Topologies.Current;
        return new PeerFrameHeader(
            topology.Document.Cluster,
            _self,
            to,
            topology.Epoch,
            topology.Digest,
            _votes.Shown,
            _votes.Gate.State,
            _votes.Memory.MarkOf(to),
            _load?.Current ?? default); // none while the member is being put together
    }

    internal void ToLane(Slot slot, LaneCall call) => _lanes[slot.Number % _lanes.Length].Post(new LaneInput(LaneInputKind.Call, call));

    private void OnDurable(long lsn)
    {
        _votes.OnDurable(lsn);
        _durable.Reach(lsn);
        DurableReached?.Invoke(lsn);
        if (!_topologyDurable.Task.IsCompleted)
        {
            FollowVotes();
        }

        foreach (Lane lane in _lanes)
        {
            lane.Post(new LaneInput(LaneInputKind.Durable, Number: lsn));
        }
    }

    private void OnFailed(StoreFailure failure)
    {
        _failure = failure;
        foreach (Lane lane in _lanes)
        {
            lane.Post(new LaneInput(LaneInputKind.LogFailed, failure));
        }

        if (!_stopped)
        {
            _crash(new IOException($"The write-ahead log failed; nothing more can be acknowledged. {failure.Message}"));
        }
    }

    private void OnRead(int lane, long token, RegisterRecord record) =>
        _lanes[lane].Post(new LaneInput(LaneInputKind.Read, Number: token, Record: record));

    private void OnConnectionChanged(MemberId member, bool connected)
    {
        foreach (Lane? lane in connected ? [] : _lanes)
        {
            lane?.Post(new LaneInput(LaneInputKind.LinkLost, member)); // null while the member is being put together
        }
    }

    private void OnRequests(PeerLink link, PeerFrame frame)
    {
        if (link.LinkClass == LinkClass.Bulk)
        {
            _scans.Serve(link, frame.Requests, frame.Header.WaitedMilliseconds);
            return;
        }

        LaneFrames.PostRequests(_lanes, link, frame, _clock.Now);
    }

    private void OnReplies(MemberId from, PeerFrame frame) => LaneFrames.PostReplies(_lanes, from, frame, reply =>
    {
        if (Listings.IsListing(reply.Id))
        {
            _listings.OnReply(reply);
            return true;
        }

        if (BulkCalls.IsBulk(reply.Id))
        {
            _upkeep.OnReply(reply);
            return true;
        }

        return false;
    });
}
