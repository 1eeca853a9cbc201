using KvStore.Node.Membership;
using KvStore.Node.Peers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;
using Microsoft.Extensions.Logging;

namespace KvStore.Node;

/// <summary>
/// Whether this member votes, and what it has seen of the others' disks: joins <see cref="VoteGate"/> and
/// <see cref="PeerMemory"/> with the store that keeps both and the frames that carry them.
/// </summary>
/// <remarks>
/// On disk the memory lags: a peer's new life is written as soon as it is seen, the growth of its log every
/// <see cref="WriteInterval"/> at most, and less growth than there are members not at all, or members at rest would write for
/// ever that the others wrote. Nothing is written before this member votes, here or elsewhere, so that a wiped disk does not
/// grow from start to start until it shows as much as the one it replaced.
/// </remarks>
internal sealed class MemberVotes : IDisposable
{
    /// <summary>How far the memory on disk is behind that in memory, at most.</summary>
    public static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(1);

    private readonly IStore _store;
    private readonly Topologies _topologies;
    private readonly MemberSettings _settings;
    private readonly ILogger _logger;
    private readonly Action _changed;
    private readonly ITimer _timer;
    private long _durableLsn;
    private volatile bool _started;

    /// <param name="opening">See <see cref="VoteGate"/>.</param>
    /// <param name="changed">The member began to vote, or ceased to for ever; on whatever thread brought the news.</param>
    public MemberVotes(IStore store, Topologies topologies, MemberSettings settings, TimeProvider time, ILogger logger, Action opening, Action changed)
    {
        _store = store;
        _topologies = topologies;
        _settings = settings;
        _logger = logger;
        _changed = changed;
        _durableLsn = store.Contents.DurableLsn;
        RememberedMark? lost = null;
        foreach (Fact fact in store.Contents.OfKind(FactKind.Remembered))
        {
            MemberId member = MemberId.ReadFrom(fact.Payload.Span);
            RememberedMark mark = RememberedMark.ReadFrom(fact.Payload.Span[MemberId.Size..]);
            if (member == store.Contents.Member)
            {
                lost = mark;
            }
            else
            {
                Memory.Recall(member, mark);
            }
        }

        HashSet<MemberId> owners = OthersIn(topologies.Current.Document);
        int others = owners.Count;
        Gate = settings.DetectsAmnesia
            ? new VoteGate(Shown, others, store.Contents.IsProvenWhole || settings.IsNewIdentity, lost, opening, owners.Contains)
            : new VoteGate(Shown, others, isProvenWhole: true, lost: null, opening);
        _timer = time.CreateTimer(static votes => ((MemberVotes)votes!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public VoteGate Gate { get; }

    public PeerMemory Memory { get; } = new();

    /// <summary>
    /// What this member's frames show of its disk. Where durable does not mean on disk, only what was found there at the start:
    /// what a power cut may take by agreement must not make an amnesiac.
    /// </summary>
    public ShownMark Shown
    {
        get
        {
            StoreContents found = _store.Contents;
            long durable = _settings.Durability == Durability.Commit ? Interlocked.Read(ref _durableLsn) : found.DurableLsn;
            return new ShownMark(found.BootCount, found.BootNonce, found.DurableLsn, durable);
        }
    }

    /// <summary>Whether peers vote, as far as was heard.</summary>
    public IReadOnlyDictionary<MemberId, VoteState> Peers =>
        _topologies.Current.Document.Members.ToDictionary(member => member.Id, member => Memory.StateOf(member.Id));

    /// <summary>Whether the answers of a peer would count, as far as was heard.</summary>
    public bool MayCount(MemberId peer) => !_settings.DetectsAmnesia || Memory.StateOf(peer) != VoteState.Amnesiac;

    /// <summary>Call when the store was started and before anything is answered.</summary>
    public void Start()
    {
        _started = true;
        if (Gate.IsOpen)
        {
            _store.Vouch();
        }

        if (Gate.State == VoteState.Amnesiac)
        {
            _logger.LogCritical("This member is amnesiac: {Reason}.", Gate.Reason);
        }
        else if (Gate.State == VoteState.Waiting)
        {
            _logger.LogInformation(NodeEvents.DoesNotVote, "This member does not vote yet: {Reason}.", Gate.Reason);
        }

        _timer.Change(WriteInterval, Timeout.InfiniteTimeSpan);
    }

    public void OnDurable(long lsn) => Interlocked.Exchange(ref _durableLsn, lsn);

    /// <summary>Takes the head of a frame: what its sender shows of itself and remembers of this member.</summary>
    /// <returns>Whether the frame's messages count.</returns>
    public bool Hear(PeerFrameHeader header)
    {
        bool counts = Memory.Hear(header.From, header.Mark, header.Votes, out bool isNewLife) || !_settings.DetectsAmnesia;
        if (_settings.DetectsAmnesia && Gate.Hear(header.From, header.Memory))
        {
            OnGateChanged();
        }
        else if (isNewLife)
        {
            Write();
        }

        return counts;
    }

    /// <summary>A later topology was decided than the one that this member waits in, and it is a member by it.</summary>
    public void Ask(TopologyDocument decided)
    {
        if (_settings.DetectsAmnesia && Gate.State == VoteState.Waiting && Gate.Ask(OthersIn(decided)))
        {
            OnGateChanged();
        }
    }

    public void Dispose()
    {
        _started = false;
        _timer.Dispose();
    }

    private HashSet<MemberId> OthersIn(TopologyDocument document) => [.. document.Current.Where(member => member != _store.Contents.Member)];

    private void OnGateChanged()
    {
        if (Gate.State == VoteState.Amnesiac)
        {
            _logger.LogCritical("This member is amnesiac: {Reason}.", Gate.Reason);
            Confess();
        }
        else
        {
            _store.Vouch();
            _logger.LogInformation(NodeEvents.Votes, "This member votes: a majority of the others remembers no more of it than its disk holds.");
            Write();
        }

        _changed();
    }

    private void OnTimer()
    {
        Write();
        if (_started)
        {
            _timer.Change(WriteInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private void Write()
    {
        if (!_started || !Gate.IsOpen || _store.Shortage is not null)
        {
            return;
        }

        TopologySnapshot topology = _topologies.Current;
        StoreEntry[] entries =
        [
            .. from peer in Memory.TakeDue(topology.Document.Members.Count)
               let member = topology.Find(peer.Member)
               where member is not null
               select StoreEntry.Of(FactOf(member.Ordinal, peer.Member, peer.Mark)),
        ];
        if (entries.Length > 0)
        {
            _store.Append(entries);
        }
    }

    /// <summary>On its own disk, so that no later life takes what grew since for what there was.</summary>
    private void Confess()
    {
        if (_started && _topologies.Current.Find(_store.Contents.Member) is { } self)
        {
            _store.Append([StoreEntry.Of(FactOf(self.Ordinal, self.Id, Gate.Lost!.Value))]);
        }
    }

    private static Fact FactOf(ushort ordinal, MemberId member, in RememberedMark mark)
    {
        byte[] payload = new byte[MemberId.Size + RememberedMark.EncodedLength];
        member.WriteTo(payload);
        mark.WriteTo(payload.AsSpan(MemberId.Size));
        return new Fact(FactKind.Remembered, ordinal, payload);
    }
}
