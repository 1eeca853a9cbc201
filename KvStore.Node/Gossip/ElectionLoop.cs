using System.Diagnostics;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Gossip;

/// <summary>
/// The loop around an <see cref="EpochPaxos"/>: gives it the time, brings in what arrives, makes durable what it votes and
/// what was decided, and only then sends, and passes on, what it says.
/// </summary>
/// <remarks>
/// Who calls: the member, the store's thread and whatever thread brings a message; one lock makes the election see one after
/// the other. Everything that leaves waits for the last that was appended before it, so nobody ever hears of what a crash
/// could take back. Failure: a damaged message, or one of another cluster, counts for nothing; what cannot be sent is lost.
/// </remarks>
internal sealed class ElectionLoop : IDisposable
{
    /// <summary>The number of the election's share of the member's Bound, above every lane's.</summary>
    public const long BoundNumber = 1 << 16;

    /// <summary>How often the election looks at the time.</summary>
    public static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Steps whose effects wait for the disk, at most; beyond it what arrives is lost, as any message may be.</summary>
    public const int WaitingMax = 1_024;

    private readonly MemberId _self;
    private readonly ClusterId _cluster;
    private readonly IStore _store;
    private readonly EpochPaxos _paxos;
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly Action<MemberId, byte[]> _send;
    private readonly Action<TopologyDocument> _decided;
    private readonly Action<string> _refused;
    private readonly Func<bool> _mayVote;
    private readonly Lock _lock = new();
    private readonly Queue<(long Lsn, ElectionOutput Output, Action<ElectionOutput?>? Left)> _waiting = new();
    private readonly ITimer _timer;
    private TaskCompletionSource<ElectionOutcome>? _proposal;
    private long _appendedLsn;
    private long _durableLsn;
    private bool _leaving;
    private volatile bool _stopped;

    /// <param name="store">Started before <see cref="Start"/>; its durable log numbers must be brought to <see cref="OnDurable"/>.</param>
    /// <param name="send">Gives a message to the wire, which may lose it. Must not wait.</param>
    /// <param name="decided">Told each document when it is durable here, in order, one call at a time.</param>
    /// <param name="refused">Told of what peers sent that cannot be: two documents of one epoch, above all.</param>
    /// <param name="mayVote">Whether the member's votes would count: while not, it learns and passes on what was decided, and
    /// neither votes nor proposes. Null: always.</param>
    public ElectionLoop(
        MemberId self,
        IStore store,
        EpochPaxos paxos,
        TimeProvider time,
        Action<MemberId, byte[]> send,
        Action<TopologyDocument> decided,
        Action<string> refused,
        Func<bool>? mayVote = null)
    {
        _self = self;
        _cluster = paxos.InForce.Cluster;
        _store = store;
        _paxos = paxos;
        _time = time;
        _began = time.GetTimestamp();
        _send = send;
        _decided = decided;
        _refused = refused;
        _mayVote = mayVote ?? (static () => true);
        _timer = time.CreateTimer(static loop => ((ElectionLoop)loop!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Decided as far as is known here, durable or not yet.</summary>
    public TopologyDocument InForce
    {
        get
        {
            lock (_lock)
            {
                return _paxos.InForce;
            }
        }
    }

    /// <summary>The decided documents, as far as is known here, after an epoch; at most <see cref="TopologyChain.PageMax"/>.</summary>
    public IReadOnlyList<TopologyDocument> DocumentsAfter(Epoch epoch)
    {
        lock (_lock)
        {
            return _paxos.Chain.After(epoch);
        }
    }

    /// <summary>The election as a store remembers it: its documents, its vote in the next election.</summary>
    /// <param name="received">In force where the store holds no document yet: one an epoch, none missing.</param>
    /// <param name="bound">The member's, found in the same store.</param>
    /// <exception cref="FormatException">A document or a vote cannot be read; the message says why.</exception>
    public static EpochPaxos Recover(
        MemberId self, StoreContents contents, IReadOnlyList<TopologyDocument> received, Ballot bound, Random random, ElectionPlant plant = ElectionPlant.None)
    {
        List<TopologyDocument> documents = [];
        foreach (Fact fact in contents.OfKind(FactKind.Topology))
        {
            documents.Add(TopologyCodec.TryDecode(fact.Payload, out TopologyDocument? document, out string? problem)
                ? document
                : throw new FormatException($"The document of epoch {fact.Number} cannot be used: {problem}."));
        }

        TopologyChain chain = new(documents.Count > 0 ? documents : received);
        long elected = chain.Last.Epoch.Number + 1L;
        EpochVote vote = contents.OfKind(FactKind.EpochVote).Where(fact => fact.Number == elected)
            .Select(fact => EpochVote.Decode(fact.Payload)).FirstOrDefault();
        return new EpochPaxos(self, chain, vote, bound, random, plant);
    }

    public void Start() => _timer.Change(TickInterval, Timeout.InfiniteTimeSpan);

    /// <summary>Has a change decided for the next epoch.</summary>
    /// <param name="change">Makes the document from the chain; null if there is nothing to change any more.</param>
    /// <returns>How it ended; null where it did not begin.</returns>
    public async Task<ElectionOutcome?> ProposeAsync(Func<TopologyChain, TopologyDocument?> change)
    {
        TaskCompletionSource<ElectionOutcome> proposal = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool begun = false;
        Step((output, now) =>
        {
            if (!_stopped && _mayVote() && !_paxos.IsProposing && change(_paxos.Chain) is { } document)
            {
                begun = _paxos.Propose(document, WallMilliseconds, now, output) is null;
                _proposal = begun ? proposal : _proposal;
            }
        });
        return begun ? await proposal.Task : null;
    }

    /// <summary>The wire brings a message. Never throws, whatever the bytes are.</summary>
    public void Receive(ReadOnlyMemory<byte> bytes)
    {
        if (!ElectionCodec.TryDecode(bytes, out ClusterId cluster, out ElectionMessage? message, out _) || cluster != _cluster || message.To != _self)
        {
            return;
        }

        if (_mayVote() || message.Kind is not (ElectionMessageKind.Prepare or ElectionMessageKind.Accept))
        {
            Activity? span = null;
            Step(
                (output, now) =>
                {
                    span = message is { Kind: ElectionMessageKind.Accept, Documents: [{ } asked] } ? EpochSpan.Start("vote for", _paxos.InForce, asked) : null;
                    _paxos.Receive(message, now, output);
                },
                output => Ended(span, output));
        }
    }

    /// <summary>A peer shows that it is in this epoch.</summary>
    public void HearEpoch(MemberId from, Epoch epoch) => Step((output, _) => _paxos.HearEpoch(from, epoch, output));

    /// <summary>A peer shows that it is in an earlier epoch: gives it what it lacks.</summary>
    public void Offer(MemberId to, Epoch after) => Step((output, _) => _paxos.Offer(to, after, output));

    /// <summary>The store's log is on disk up to here.</summary>
    public void OnDurable(long lsn)
    {
        lock (_lock)
        {
            _durableLsn = Math.Max(_durableLsn, lsn);
        }

        Leave();
    }

    public void Dispose()
    {
        _stopped = true;
        _timer.Dispose();
        lock (_lock)
        {
            _proposal?.TrySetResult(ElectionOutcome.Unknown);
        }
    }

    private long WallMilliseconds => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private void OnTimer()
    {
        if (_stopped)
        {
            return;
        }

        Step((output, now) => _paxos.Tick(WallMilliseconds, now, output));
        if (!_stopped)
        {
            _timer.Change(TickInterval, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>A vote that was asked for has left, on disk by then, or there is none: who asked is behind, or was too late.</summary>
    private static void Ended(Activity? span, ElectionOutput? output)
    {
        if (span is not null)
        {
            ElectionMessage? answer = output?.Messages.FirstOrDefault(message => message.Kind is ElectionMessageKind.Accepted or ElectionMessageKind.Reject);
            span.SetTag(SpanAttributes.Result, answer is null ? "none" : answer.Kind.ToString());
            NodeTelemetry.Stop(span);
        }
    }

    /// <param name="left">Told what the step wanted when all of it is done; null where that was nothing.</param>
    private void Step(Action<ElectionOutput, TimeSpan> step, Action<ElectionOutput?>? left = null)
    {
        ElectionOutput output = new();
        lock (_lock)
        {
            if (_waiting.Count >= WaitingMax)
            {
                return;
            }

            step(output, _time.GetElapsedTime(_began));
            if (output.IsEmpty)
            {
                left?.Invoke(null);
                return;
            }

            StoreEntry[] entries = EntriesOf(output);
            if (entries.Length > 0)
            {
                _appendedLsn = _store.Append(entries);
            }

            _waiting.Enqueue((_appendedLsn, output, left));
        }

        Leave();
    }

    private static StoreEntry[] EntriesOf(ElectionOutput output)
    {
        List<StoreEntry> entries = [];
        if (output.Bound is { } bound)
        {
            byte[] payload = new byte[Ballot.EncodedLength];
            bound.WriteTo(payload);
            entries.Add(StoreEntry.Of(new Fact(FactKind.Bound, BoundNumber, payload)));
        }

        foreach (TopologyDocument document in output.Decided)
        {
            // In this order: a log that ends between the two holds a vote that is not needed any more, and no harm in it.
            entries.Add(StoreEntry.Of(new Fact(FactKind.Topology, document.Epoch.Number, TopologyCodec.Encode(document))));
            entries.Add(StoreEntry.Of(new Fact(FactKind.EpochVote, document.Epoch.Number, default)));
        }

        if (output.Vote is { } vote)
        {
            entries.Add(StoreEntry.Of(new Fact(FactKind.EpochVote, output.VoteEpoch.Number, vote.Encode())));
        }

        return [.. entries];
    }

    /// <summary>What waited for the disk and need not any more leaves, in order, whichever thread comes first.</summary>
    private void Leave()
    {
        while (true)
        {
            ElectionOutput output;
            Action<ElectionOutput?>? left;
            lock (_lock)
            {
                if (_leaving || !_waiting.TryPeek(out (long Lsn, ElectionOutput Output, Action<ElectionOutput?>? Left) next) || next.Lsn > _durableLsn)
                {
                    return;
                }

                _waiting.Dequeue();
                _leaving = true;
                (output, left) = (next.Output, next.Left);
            }

            Leave(output);
            left?.Invoke(output);
            lock (_lock)
            {
                _leaving = false;
            }
        }
    }

    private void Leave(ElectionOutput output)
    {
        foreach (TopologyDocument document in output.Decided)
        {
            _decided(document);
        }

        if (output.Refusal is { } refusal)
        {
            _refused(refusal);
        }

        if (output.Outcome is { } outcome)
        {
            _proposal!.TrySetResult(outcome);
        }

        foreach (ElectionMessage message in output.Messages)
        {
            if (message.To == _self)
            {
                Step((answer, now) => _paxos.Receive(message, now, answer));
            }
            else
            {
                _send(message.To, ElectionCodec.Encode(_cluster, message));
            }
        }
    }
}
