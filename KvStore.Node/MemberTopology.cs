using System.Diagnostics;
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

    /// <summary>
    /// How long a node that was let in may be dead before it is turned away, or the change given up; and how long one that lives
    /// may take to be ready to own slots, before it owns them all the same.
    /// </summary>
    public static readonly TimeSpan JoinerPatience = TimeSpan.FromSeconds(30);

    private readonly Member _member;
    private readonly MemberGossip _gossip;
    private readonly Func<TopologySnapshot?, TopologyDocument, TopologySnapshot> _snapshot;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly PeerPace _pace;
    private readonly ITimer _timer;
    private TopologySnapshot _followed;
    private long _followedSince;
    private long? _movedSince;
    private long? _evictingSince;
    private bool _isProposing;
    private volatile bool _stopped;

    /// <param name="store">The member's.</param>
    /// <param name="documents">All that were decided; the member moves to those that are not in force yet.</param>
    /// <param name="evictAfter">How long a member must be dead to be removed unasked; zero: it never is.</param>
    /// <param name="snapshot">Computes what follows from a document, with the help of what did from one before.</param>
    public MemberTopology(
        Member member,
        IStore store,
        IReadOnlyList<TopologyDocument> documents,
        MemberGossip gossip,
        TimeSpan evictAfter,
        Func<TopologySnapshot?, TopologyDocument, TopologySnapshot> snapshot,
        TimeProvider time,
        Random random,
        ILogger logger,
        ElectionPlant plant = ElectionPlant.None)
    {
        _member = member;
        _gossip = gossip;
        _snapshot = snapshot;
        _time = time;
        _logger = logger;
        _followed = member.Topologies.Current;
        _followedSince = time.GetTimestamp();
        _pace = new PeerPace(time);
        Joins = new JoinRequests(time);
        Events = new TopologyEvents(time);
        History = new ChangeHistory(() => member.Report().Migration, time);
        Evictions = gossip.Evictions = new MemberEvictions(
            member.Id, evictAfter, () => member.Topologies.Current, () => gossip.Loop.Sights, Events, time);
        Changes = new MemberChanges(member, store, gossip.IsDead, snapshot, ProposeAsync);
        EpochPaxos paxos = ElectionLoop.Recover(member.Id, store.Contents, documents, LaneBound.Recover(store.Contents), random, plant);
        Loop = new ElectionLoop(member.Id, store, paxos, time, gossip.SendElection, OnDecided, OnRefused, () => member.IsVoting);
        _timer = time.CreateTimer(static topology => ((MemberTopology)topology!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        member.DurableReached += Loop.OnDurable;
        member.EpochHeard += OnEpochHeard;
        gossip.EpochHeard += OnEpochHeard;
        member.Topologies.Changed += OnTopologyChanged;
        member.MoveCompleted += OnMoveCompleted;
        foreach (TopologyDocument document in documents.Where(document => document.Epoch > _followed.Epoch))
        {
            Take(document);
        }
    }

    public ElectionLoop Loop { get; }

    /// <summary>Nodes that ask to be let in.</summary>
    public JoinRequests Joins { get; }

    public TopologyEvents Events { get; }

    /// <summary>Changes of members.</summary>
    public ChangeHistory History { get; }

    /// <summary>Dead members that go without anybody's asking.</summary>
    public MemberEvictions Evictions { get; }

    /// <summary>Changes that people ask for.</summary>
    public MemberChanges Changes { get; }

    /// <summary>See <see cref="PendingChange"/>.</summary>
    public string Pending
    {
        get
        {
            lock (_lock)
            {
                return PendingChange.Describe(_followed.Document, _movedSince is not null);
            }
        }
    }

    public void Start()
    {
        Loop.Start();
        _timer.Change(TickInterval, Timeout.InfiniteTimeSpan);
    }

    public void Receive(ReadOnlyMemory<byte> message) => Loop.Receive(message);

    /// <summary>A member of the cluster was met at an address; it may be another than the topology's.</summary>
    public void Learn(TopologyMember met)
    {
        if (_member.Epochs.Readdress(met) is { } known)
        {
            LogMoved(_logger, known.Name, met.GrpcAddress, known.GrpcAddress);
        }
    }

    public void Dispose()
    {
        _stopped = true;
        _member.DurableReached -= Loop.OnDurable;
        _member.EpochHeard -= OnEpochHeard;
        _gossip.EpochHeard -= OnEpochHeard;
        _member.Topologies.Changed -= OnTopologyChanged;
        _member.MoveCompleted -= OnMoveCompleted;
        _timer.Dispose();
        Loop.Dispose();
    }

    private void OnDecided(TopologyDocument document)
    {
        NodeTelemetry.EpochsDecided.Add(1);
        Take(document);
    }

    private void Take(TopologyDocument document) => _member.Epochs.Take(document, before => _snapshot(before, document));

    /// <summary>An epoch is in force here, or members were met elsewhere.</summary>
    private void OnTopologyChanged(TopologySnapshot topology)
    {
        TopologyDocument document = topology.Document;
        TopologyDocument before;
        lock (_lock)
        {
            before = _followed.Document;
            _followed = topology;
            if (document.Epoch == before.Epoch)
            {
                return;
            }

            _followedSince = _time.GetTimestamp();
            _movedSince = null;
        }

        Events.Decided(before, document);
        History.InForce(before, document);
        Joins.Forget(document);
        LogDecided(
            _logger,
            document.Epoch.Number,
            document.Members.Count,
            document.Current.Count,
            document.Next is null ? "" : $", joint with the next {document.Next.Count}");
    }

    /// <summary>The next owners hold what they must, and that does not change while the epoch lasts.</summary>
    private void OnMoveCompleted(Epoch epoch)
    {
        lock (_lock)
        {
            if (epoch == _followed.Epoch)
            {
                _movedSince ??= _time.GetTimestamp();
            }
        }
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
            if (now.Document.LetIn is { Count: > 0 } admitted)
            {
                Promote(now, admitted);
            }
            else if (Joins.Due(now, _gossip.IsDead) is { Count: > 0 } joining)
            {
                _ = ProposeAsync(now, chain => ChangePlan.LetIn(chain, joining, _gossip.IsDead));
            }
            else
            {
                Evict(now);
            }

            return;
        }

        bool isMoved;
        TimeSpan waited;
        lock (_lock)
        {
            isMoved = _movedSince is not null && _followed.Epoch == now.Epoch;
            waited = _time.GetElapsedTime(_movedSince ?? _followedSince);
        }

        if (waited < TurnOf(now))
        {
            return;
        }

        if (isMoved)
        {
            _ = ProposeAsync(now, chain => Succession.Complete(chain.Last));
        }
        else if (now.Document.Members.Any(member => member.State == MemberState.Joining && DeadFor(member.Id) >= JoinerPatience))
        {
            _ = ProposeAsync(now, chain => Succession.Abandon(chain.Last));
        }
    }

    /// <summary>Nodes that were let in become owners when they can answer as such, or what two of them are to own would wait for both.</summary>
    private void Promote(TopologySnapshot now, IReadOnlyList<TopologyMember> admitted)
    {
        TimeSpan waited;
        lock (_lock)
        {
            waited = _time.GetElapsedTime(_followedSince);
        }

        if (waited < TurnOf(now))
        {
            return;
        }

        MemberId[] lost = [.. admitted.Select(member => member.Id).Where(member => DeadFor(member) >= JoinerPatience)];
        if (lost.Length > 0)
        {
            _ = ProposeAsync(now, chain => Succession.TurnAway(chain.Last, lost));
        }
        else if (admitted.All(member => IsReady(member.Id, now) || (waited >= JoinerPatience && !_gossip.IsDead(member.Id))))
        {
            _ = ProposeAsync(now, chain => Succession.Begin(chain, [], []));
        }
    }

    private bool IsReady(MemberId member, TopologySnapshot now) =>
        _gossip.EpochOf(member) == now.Epoch && _member.Links.IsConnected(member) && _gossip.IsAlive(member);

    private void Evict(TopologySnapshot now)
    {
        TopologyMember? due = Evictions.Look(now);
        _evictingSince = due is null ? null : _evictingSince ?? _time.GetTimestamp();
        if (due is null || _time.GetElapsedTime(_evictingSince!.Value) < TurnOf(now))
        {
            return;
        }

        _evictingSince = null;
        Events.Evicting(due, now.Epoch);
        LogEvicts(_logger, due.Name);
        _ = ProposeAsync(now, chain => ChangePlan.LetGo(chain, due.Id));
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

    /// <returns>Null where it did not begin, because another proposal is under way or decided.</returns>
    private async Task<ElectionOutcome?> ProposeAsync(TopologySnapshot now, Func<TopologyChain, TopologyDocument> change)
    {
        lock (_lock)
        {
            if (_isProposing)
            {
                return null;
            }

            _isProposing = true;
        }

        Activity? span = null;
        try
        {
            ElectionOutcome? outcome = await Loop.ProposeAsync(
                chain => chain.Last.Epoch == now.Epoch ? EpochSpan.Proposed(chain.Last, change(chain), out span) : null);
            if (outcome is { } ended)
            {
                LogProposed(_logger, now.Epoch.Number + 1, ended);
                span?.SetTag(SpanAttributes.Result, ended.ToString());
                NodeTelemetry.Stop(span);
            }

            return outcome;
        }
        finally
        {
            NodeTelemetry.Forget(span is { IsStopped: false } ? span : null);
            lock (_lock)
            {
                _isProposing = false;
            }
        }
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Information, Message = "Epoch {Epoch} is in force: {Members} members, slots owned by {Owners}{Joint}")]
    private static partial void LogDecided(ILogger logger, uint epoch, int members, int owners, string joint);

    [LoggerMessage(EventId = 21, Level = LogLevel.Information, Message = "A proposal for epoch {Epoch} ended: {Outcome}")]
    private static partial void LogProposed(ILogger logger, uint epoch, ElectionOutcome outcome);

    [LoggerMessage(EventId = 25, Level = LogLevel.Warning, Message = "{Member} is removed: a majority of the members has taken it for dead for long enough")]
    private static partial void LogEvicts(ILogger logger, string member);

    [LoggerMessage(EventId = 22, Level = LogLevel.Error, Message = "What a peer says of the topology is refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);

    [LoggerMessage(EventId = 23, Level = LogLevel.Information, Message = "{Member} was met at {Address}; the topology has it at {Known}")]
    private static partial void LogMoved(ILogger logger, string member, string address, string known);
}
