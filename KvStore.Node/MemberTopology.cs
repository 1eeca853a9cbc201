using KvStore.Node.Gossip;
using KvStore.Node.Membership;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;
using Microsoft.Extensions.Logging;

namespace KvStore.Node;

/// <summary>
/// Elections of one member as a process: joins <see cref="ElectionLoop"/> with the store, the wire, the member that puts in
/// force what was decided, and the reasons to propose: nodes that ask to be let in, and changes that can be completed.
/// </summary>
/// <remarks>
/// Any current member may propose; duels are lost and won in the election. To keep them rare a change is completed by the
/// first living member, and by the others one after the other if it does not. Threads: any; documents come one at a time.
/// </remarks>
internal sealed partial class MemberTopology : IDisposable
{
    /// <summary>How often it is looked whether there is something to propose.</summary>
    public static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How long each living member before this one gets to complete a change.</summary>
    public static readonly TimeSpan TurnMax = TimeSpan.FromMilliseconds(700);

    /// <summary>How often it is looked, and told, whether this member has anything to move.</summary>
    public static readonly TimeSpan SettleInterval = TimeSpan.FromMilliseconds(300);

    /// <summary>How long it is not looked again where something had to be moved: what is written is rarely unwritten.</summary>
    public static readonly TimeSpan SettleIntervalMost = TimeSpan.FromSeconds(3);

    /// <summary>How long a node that was let in may be dead before the change is given up.</summary>
    public static readonly TimeSpan JoinerPatience = TimeSpan.FromSeconds(30);

    private readonly Member _member;
    private readonly MemberGossip _gossip;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly PeerPace _pace;
    private readonly Dictionary<MemberId, TopologyMember> _elsewhere = [];
    private readonly ITimer _timer;
    private MoveTally? _tally;
    private long _jointSince;
    private long _settledAt;
    private TimeSpan _settleInterval = SettleInterval;
    private bool _isSettling;
    private bool _isProposing;
    private volatile bool _stopped;

    /// <param name="store">The member's.</param>
    /// <param name="documents">All that were decided, the one in force the last.</param>
    public MemberTopology(
        Member member, IStore store, IReadOnlyList<TopologyDocument> documents, MemberGossip gossip, TimeProvider time, Random random, ILogger logger)
    {
        _member = member;
        _gossip = gossip;
        _time = time;
        _logger = logger;
        _pace = new PeerPace(time);
        Joins = new JoinRequests(time);
        Events = new TopologyEvents(time);
        EpochPaxos paxos = ElectionLoop.Recover(member.Id, store.Contents, documents, LaneBound.Recover(store.Contents), random);
        Loop = new ElectionLoop(member.Id, store, paxos, time, gossip.SendElection, OnDecided, OnRefused, () => member.IsVoting);
        _timer = time.CreateTimer(static topology => ((MemberTopology)topology!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        member.DurableReached += Loop.OnDurable;
        member.EpochHeard += OnEpochHeard;
        gossip.EpochHeard += OnEpochHeard;
        Begin(member.Topologies.Current);
    }

    public ElectionLoop Loop { get; }

    /// <summary>Nodes that ask to be let in.</summary>
    public JoinRequests Joins { get; }

    public TopologyEvents Events { get; }

    /// <summary>What the change under way waits for, for people; empty where there is none.</summary>
    public string Pending
    {
        get
        {
            lock (_lock)
            {
                return _tally is null ? ""
                    : _tally.IsComplete ? "the change of owners is about to be completed"
                    : "the change of owners stays joint until a majority of the old owners of every slot that moves holds nothing that must move";
            }
        }
    }

    public void Start()
    {
        Loop.Start();
        _timer.Change(TickInterval, Timeout.InfiniteTimeSpan);
    }

    public void Receive(ReadOnlyMemory<byte> message)
    {
        if (Loop.Receive(message) is { Kind: ElectionMessageKind.Settled } settled)
        {
            Hear(settled.From, settled.Epoch);
        }
    }

    /// <summary>A member of the cluster was met at an address; it may be another than the topology's.</summary>
    public void Learn(TopologyMember met)
    {
        lock (_lock)
        {
            TopologySnapshot now = _member.Topologies.Current;
            if (now.Find(met.Id) is { } known && (known.GrpcAddress != met.GrpcAddress || known.HttpAddress != met.HttpAddress))
            {
                _elsewhere[met.Id] = met;
                LogMoved(_logger, known.Name, met.GrpcAddress, known.GrpcAddress);
                _member.Topologies.Readdress(SnapshotOf(now.Document));
            }
        }
    }

    public void Dispose()
    {
        _stopped = true;
        _member.DurableReached -= Loop.OnDurable;
        _member.EpochHeard -= OnEpochHeard;
        _gossip.EpochHeard -= OnEpochHeard;
        _timer.Dispose();
        Loop.Dispose();
    }

    private void OnDecided(TopologyDocument document)
    {
        lock (_lock)
        {
            TopologySnapshot before = _member.Topologies.Current;
            TopologySnapshot snapshot = SnapshotOf(document);
            Events.Decided(before.Document, document);
            NodeTelemetry.EpochsDecided.Add(1);
            LogDecided(
                _logger,
                document.Epoch.Number,
                document.Members.Count,
                document.Current.Count,
                document.Next is null ? "" : $", joint with the next {document.Next.Count}");
            _member.Topologies.Publish(snapshot);
            Joins.Forget(document);
            Begin(snapshot);
        }
    }

    /// <summary>The document with the addresses that members were met at since.</summary>
    private TopologySnapshot SnapshotOf(TopologyDocument document) => new(document with
    {
        Members = [.. document.Members.Select(member => _elsewhere.TryGetValue(member.Id, out TopologyMember? met)
            ? member with { HttpAddress = met.HttpAddress, GrpcAddress = met.GrpcAddress }
            : member)],
    });

    /// <summary>Under the lock, or before anybody else knows of this.</summary>
    private void Begin(TopologySnapshot topology)
    {
        _tally = topology.Document.Next is null ? null : new MoveTally(topology);
        _jointSince = _time.GetTimestamp();
        _settledAt = 0;
        _settleInterval = SettleInterval;
    }

    private void OnRefused(string reason)
    {
        Events.Refused(reason);
        LogRefused(_logger, reason);
    }

    /// <summary>Whoever is behind is given what it lacks; whoever is ahead is asked.</summary>
    private void OnEpochHeard(MemberId from, Epoch epoch)
    {
        Epoch own = _member.Topologies.Current.Epoch;
        if (epoch == own || !_pace.MayTell(from))
        {
            return;
        }

        if (epoch > own)
        {
            Loop.HearEpoch(from, epoch);
        }
        else
        {
            Loop.Offer(from, epoch);
        }
    }

    private void OnTimer()
    {
        if (_stopped)
        {
            return;
        }

        try
        {
            Look();
        }
        finally
        {
            if (!_stopped)
            {
                _timer.Change(TickInterval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Look()
    {
        TopologySnapshot now = _member.Topologies.Current;
        if (!_member.IsVoting || !now.Document.Current.Contains(_member.Id))
        {
            return;
        }

        if (now.Document.Next is null)
        {
            if (Joins.Due(now, _gossip.IsDead) is { Count: > 0 } joining)
            {
                _ = ProposeAsync(now, chain => ChangePlan.LetIn(chain, joining));
            }

            return;
        }

        bool isComplete;
        TimeSpan joint;
        lock (_lock)
        {
            isComplete = _tally is { IsComplete: true };
            joint = _time.GetElapsedTime(_jointSince);
            if (!isComplete && !_isSettling && _time.GetElapsedTime(_settledAt) >= _settleInterval)
            {
                _isSettling = true;
                _ = SettleAsync(now);
            }
        }

        if (joint < TurnOf(now))
        {
            return;
        }

        if (isComplete)
        {
            _ = ProposeAsync(now, chain => Succession.Complete(chain.Last));
        }
        else if (now.Document.Members.Any(member => member.State == MemberState.Joining && DeadFor(member.Id) >= JoinerPatience))
        {
            _ = ProposeAsync(now, chain => Succession.Abandon(chain.Last));
        }
    }

    /// <summary>When this member's turn to propose has come: the living before it come first.</summary>
    private TimeSpan TurnOf(TopologySnapshot now)
    {
        int before = now.Document.Members.TakeWhile(member => member.Id != _member.Id)
            .Count(member => now.Document.Current.Contains(member.Id) && !_gossip.IsDead(member.Id));
        return TurnMax * before;
    }

    private TimeSpan DeadFor(MemberId member) =>
        _gossip.Loop.Sights.FirstOrDefault(sight => sight.Member == member && sight.Liveness == Liveness.Dead)?.Age ?? TimeSpan.Zero;

    private async Task ProposeAsync(TopologySnapshot now, Func<TopologyChain, TopologyDocument> change)
    {
        lock (_lock)
        {
            if (_isProposing)
            {
                return;
            }

            _isProposing = true;
        }

        try
        {
            ElectionOutcome? outcome = await Loop.ProposeAsync(chain => chain.Last.Epoch == now.Epoch ? change(chain) : null);
            if (outcome is { } ended)
            {
                LogProposed(_logger, now.Epoch.Number + 1, ended);
            }
        }
        finally
        {
            lock (_lock)
            {
                _isProposing = false;
            }
        }
    }

    /// <summary>Looks whether this member has anything to move, and tells the others when it has not.</summary>
    private async Task SettleAsync(TopologySnapshot joint)
    {
        bool isSettled = false;
        try
        {
            isSettled = await _member.Emptiness.HoldAsync(joint.Epoch, [.. MoveTally.MovedFrom(joint, _member.Id)]);
            if (isSettled)
            {
                Hear(_member.Id, joint.Epoch);
                foreach (MemberId other in joint.Document.Current.Where(other => other != _member.Id))
                {
                    Loop.SendSettled(other, joint.Epoch);
                }
            }
        }
        finally
        {
            lock (_lock)
            {
                _settledAt = _time.GetTimestamp();
                _settleInterval = isSettled || _settleInterval * 2 > SettleIntervalMost ? _settleInterval : _settleInterval * 2;
                _isSettling = false;
            }
        }
    }

    private void Hear(MemberId from, Epoch epoch)
    {
        lock (_lock)
        {
            _tally?.Hear(from, epoch);
        }
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Information, Message = "Epoch {Epoch} is decided: {Members} members, slots owned by {Owners}{Joint}")]
    private static partial void LogDecided(ILogger logger, uint epoch, int members, int owners, string joint);

    [LoggerMessage(EventId = 21, Level = LogLevel.Information, Message = "A proposal for epoch {Epoch} ended: {Outcome}")]
    private static partial void LogProposed(ILogger logger, uint epoch, ElectionOutcome outcome);

    [LoggerMessage(EventId = 22, Level = LogLevel.Error, Message = "What a peer says of the topology is refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);

    [LoggerMessage(EventId = 23, Level = LogLevel.Information, Message = "{Member} was met at {Address}; the topology has it at {Known}")]
    private static partial void LogMoved(ILogger logger, string member, string address, string known);
}
