using System.Diagnostics;
using System.Numerics;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;

namespace KvStore.Node.Coordination;

/// <summary>
/// The only door for client requests. Admits them up to a limit, hands each to the lane of its slot and awaits the answer;
/// any member coordinates any key.
/// </summary>
/// <remarks>
/// Coordination/ turns requests into rounds: <see cref="Lane"/> runs them, <see cref="KeyRounds"/> drives the rounds of a
/// key, <see cref="RoundPlan"/>, <see cref="RoundQuorum"/> and <see cref="ReadQuorum"/> decide. Called by the front ends.
/// Must hold: an operation is answered exactly once; <see cref="OperationOutcome.NotApplied"/> is said only if no accept of
/// the change ever left. Paper: CASPaxos, Rystsov 2018.
/// </remarks>
internal sealed class Coordinator
{
    /// <summary>Lanes of a member, at most.</summary>
    private const int LanesMax = 64;

    private readonly Lane[] _lanes;
    private readonly MemberClock _clock;
    private readonly Listings _listings;
    private readonly Admission _admission;
    private readonly Action<Operation, OperationResult> _answered;
    private readonly Action<OperationBatch> _batchAnswered;
    private long _reads;
    private long _writes;
    private long _failures;

    public Coordinator(Lane[] lanes, MemberClock clock, Listings listings, Admission admission)
    {
        _lanes = lanes;
        _clock = clock;
        _listings = listings;
        _admission = admission;
        _answered = OnAnswered;
        _batchAnswered = OnAnswered;
        Invariant.Holds(lanes.Length <= LanesMax);
    }

    /// <summary>Set once the member may serve; cleared when it stops admitting.</summary>
    public bool IsServing { get; set; }

    public CoordinatorFigures Figures => new(
        _admission.InFlight, Interlocked.Read(ref _reads), Interlocked.Read(ref _writes), Interlocked.Read(ref _failures));

    /// <summary>How long reads took, from admission to answer.</summary>
    public LatencyBuckets ReadTimes { get; } = new();

    /// <summary>How long writes took.</summary>
    public LatencyBuckets WriteTimes { get; } = new();

    /// <summary>Operations that may be in flight now.</summary>
    public int Limit => _admission.Limit;

    /// <param name="key">At most <see cref="Key.LengthMax"/> bytes: the front end has checked.</param>
    /// <param name="change">What to do; <see cref="Change.Identity"/> to read.</param>
    /// <param name="timeout">After this it is answered whatever is known.</param>
    /// <param name="cancellationToken">Before admission only: what was admitted runs to its answer.</param>
    public ValueTask<OperationResult> ExecuteAsync(
        Key key, Change change, Consistency level, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Refusal(1, change.Value.Length) is { } refusal
            ? ValueTask.FromResult(OperationResult.NotApplied(refusal))
            : Begin(new Request(key, change, level), timeout);
    }

    /// <summary>As <see cref="ExecuteAsync"/>, for a request that somebody follows.</summary>
    /// <param name="trail">Told of everything up to the answer, and of what comes after it.</param>
    public ValueTask<OperationResult> FollowAsync(in Request request, RequestTrail trail, TimeSpan timeout)
    {
        if (Refusal(1, request.Change.Value.Length) is { } refusal)
        {
            trail.Answered();
            return ValueTask.FromResult(OperationResult.NotApplied(refusal));
        }

        return Begin(request, timeout, trail);
    }

    /// <summary>Operations of one batch, side by side; admitted together, or refused together.</summary>
    /// <param name="timeout">After this each is answered whatever is known.</param>
    /// <param name="cancellationToken">Before admission only.</param>
    /// <returns>Of each its answer, in their order.</returns>
    public ValueTask<OperationResult>[] ExecuteAllAsync(IReadOnlyList<Request> requests, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return requests.Count > 0 && Refusal(requests.Count, requests.Sum(request => (long)request.Change.Value.Length)) is { } refusal
            ? [.. requests.Select(_ => ValueTask.FromResult(OperationResult.NotApplied(refusal)))]
            : [.. requests.Select(request => Begin(request, timeout))];
    }

    /// <summary>As <see cref="ExecuteAsync"/>, for front ends with many operations in flight.</summary>
    /// <param name="parent">Of the operation's spans.</param>
    /// <param name="answered">Called once, on the lane: it must not wait, nor run for long.</param>
    public void Execute(Key key, Change change, Consistency level, TimeSpan timeout, ActivityContext parent, Action<OperationResult> answered)
    {
        if (Refusal(1, change.Value.Length) is { } refusal)
        {
            answered(OperationResult.NotApplied(refusal));
            return;
        }

        long now = _clock.Now;
        Operation operation = new(key, change.Admitted(_clock.Wall), level, now, now + (long)timeout.TotalMilliseconds, parent)
        {
            Began = _clock.Time.GetTimestamp(),
            Answered = (operation, result) =>
            {
                _answered(operation, result);
                answered(result);
            },
        };
        LaneOf(key.Slot).Post(new LaneInput(LaneInputKind.Operation, operation));
    }

    /// <summary>Has the lanes carry out a batch, on this thread where nobody runs them.</summary>
    /// <param name="timeout">After this each item is answered whatever is known.</param>
    /// <param name="refusal">Why nothing of it was begun, and the batch is as it was.</param>
    public bool TryExecute(OperationBatch batch, Consistency level, TimeSpan timeout, out OperationFailure refusal)
    {
        refusal = Refusal(batch.Count, batch.ValueBytes) ?? OperationFailure.None;
        if (refusal != OperationFailure.None)
        {
            return false;
        }

        ulong lanes = 0; // as bits
        for (int i = 0; i < batch.Count; i++)
        {
            lanes |= 1UL << (batch[i].Key.Slot.Number % _lanes.Length);
        }

        long now = _clock.Now;
        batch.Begin(level, now, now + (long)timeout.TotalMilliseconds, _clock.Time.GetTimestamp(), BitOperations.PopCount(lanes), _batchAnswered);
        using PeerSendBatch sends = PeerSendBatch.Begin();
        for (int lane = 0; lane < _lanes.Length; lane++)
        {
            if (((lanes >> lane) & 1) != 0)
            {
                _lanes[lane].Post(new LaneInput(LaneInputKind.Batch, batch));
            }
        }

        return true;
    }

    /// <summary>Asks every replica of the key what it holds, and reads the key at the level given.</summary>
    public async ValueTask<KeyExplanation> ExplainAsync(Key key, Consistency level, TimeSpan timeout, CancellationToken cancellationToken)
    {
        KeyInquiry inquiry = new(key, timeout, _clock.Time);
        LaneOf(key.Slot).Post(new LaneInput(LaneInputKind.Inquiry, inquiry));
        long started = _clock.Time.GetTimestamp();
        OperationResult read = await ExecuteAsync(key, Change.Identity, level, timeout, cancellationToken);
        TimeSpan elapsed = _clock.Time.GetElapsedTime(started);
        IReadOnlyList<ReplicaExplanation> replicas = await inquiry.Completion;
        return new KeyExplanation(key, inquiry.Epoch, replicas, read, elapsed);
    }

    /// <summary>A page of the cluster's keys in bytewise order.</summary>
    /// <param name="prefix">Only keys that begin so; empty for all.</param>
    /// <param name="after">Only keys above this one; empty from the beginning.</param>
    /// <param name="slots">Only their keys; null for all.</param>
    /// <param name="limit">1 to <see cref="Listings.EntriesMax"/>.</param>
    public ValueTask<KeyListing> ListAsync(
        ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> after, SlotSpans? slots, int limit, TimeSpan timeout, CancellationToken cancellationToken) =>
        IsServing
            ? _listings.ListAsync(prefix, after, slots, limit, timeout, cancellationToken)
            : ValueTask.FromResult(new KeyListing([], true, OperationFailure.NotServing));

    /// <summary>What clients asked for through this member, of every slot and of the keys asked for most.</summary>
    public async Task<SlotTraffic> TrafficAsync(CancellationToken cancellationToken)
    {
        TrafficInquiry[] inquiries = [.. _lanes.Select(_ => new TrafficInquiry())];
        for (int lane = 0; lane < _lanes.Length; lane++)
        {
            _lanes[lane].Post(new LaneInput(LaneInputKind.Traffic, inquiries[lane]));
        }

        return SlotTraffic.Of(await Task.WhenAll(inquiries.Select(inquiry => inquiry.Completion)).WaitAsync(cancellationToken));
    }

    private Lane LaneOf(Slot slot) => _lanes[slot.Number % _lanes.Length];

    private OperationFailure? Refusal(int operations, long bytes)
    {
        OperationFailure? refusal = !IsServing ? OperationFailure.NotServing
            : _admission.TryEnter(operations, bytes) ? null
            : OperationFailure.Overloaded;
        if (refusal is not null)
        {
            Interlocked.Add(ref _failures, operations);
        }

        return refusal;
    }

    private ValueTask<OperationResult> Begin(in Request request, TimeSpan timeout, RequestTrail? trail = null)
    {
        long now = _clock.Now;
        ActivityContext parent = Activity.Current?.Context ?? default;
        Operation operation = new(
            request.Key, request.Change.Admitted(_clock.Wall), request.Level, now, now + (long)timeout.TotalMilliseconds, parent)
        {
            Began = _clock.Time.GetTimestamp(),
            Answered = _answered,
            Trail = trail,
        };
        LaneOf(request.Key.Slot).Post(new LaneInput(LaneInputKind.Operation, operation));
        return operation.Completion;
    }

    private void OnAnswered(Operation operation, OperationResult result)
    {
        bool failed = result.Outcome != OperationOutcome.Committed;
        _admission.Leave(operation.Change, operation.Level, !failed, _clock.Now - operation.Submitted, _clock.Now);
        Interlocked.Increment(ref operation.IsRead ? ref _reads : ref _writes);
        (operation.IsRead ? ReadTimes : WriteTimes).Add(_clock.Time.GetElapsedTime(operation.Began));
        if (failed)
        {
            Interlocked.Increment(ref _failures);
        }

        string outcome = OutcomeOf(result);
        if (NodeTelemetry.OperationDuration.Enabled)
        {
            // Measured within the operation's span, so that an exemplar leads from the figure to the trace.
            using NodeTelemetry.Within within = new(operation.Span);
            NodeTelemetry.OperationDuration.Record(
                (_clock.Now - operation.Submitted) / 1000.0,
                new KeyValuePair<string, object?>(SpanAttributes.Operation, LaneRounds.NameOf(operation.Change.Kind)),
                new KeyValuePair<string, object?>(SpanAttributes.Consistency, operation.Level.ToString()),
                new KeyValuePair<string, object?>(SpanAttributes.Result, outcome));
        }

        if (operation.Span is { } span)
        {
            span.SetTag(SpanAttributes.Rounds, operation.Rounds);
            span.SetTag(SpanAttributes.Result, outcome);
            if (failed)
            {
                span.SetStatus(ActivityStatusCode.Error, outcome);
            }

            NodeTelemetry.Stop(span);
        }
    }

    /// <summary>Its items count as answered together: a client has the first answer when it has the last.</summary>
    private void OnAnswered(OperationBatch batch)
    {
        long now = _clock.Now;
        TimeSpan elapsed = _clock.Time.GetElapsedTime(batch.Began);
        Interlocked.Add(ref _failures, batch.Failed);
        if (batch.Reads > 0)
        {
            _admission.Leave(batch.Reads, 0, isRead: true, batch.Level, batch.Failed == 0, now - batch.Submitted, now);
            Interlocked.Add(ref _reads, batch.Reads);
            ReadTimes.Add(elapsed, batch.Reads);
        }

        if (batch.Writes > 0)
        {
            _admission.Leave(batch.Writes, batch.ValueBytes, isRead: false, batch.Level, batch.Failed == 0, now - batch.Submitted, now);
            Interlocked.Add(ref _writes, batch.Writes);
            WriteTimes.Add(elapsed, batch.Writes);
        }

        if (NodeTelemetry.OperationDuration.Enabled)
        {
            Record(batch, elapsed);
        }
    }

    private static void Record(OperationBatch batch, TimeSpan elapsed)
    {
        string level = batch.Level.ToString();
        for (int i = 0; i < batch.Count; i++)
        {
            NodeTelemetry.OperationDuration.Record(
                elapsed.TotalSeconds,
                new KeyValuePair<string, object?>(SpanAttributes.Operation, LaneRounds.NameOf(batch[i].IsRead ? ChangeKind.Identity : ChangeKind.Put)),
                new KeyValuePair<string, object?>(SpanAttributes.Consistency, level),
                new KeyValuePair<string, object?>(SpanAttributes.Result, OutcomeOf(batch.ResultOf(i))));
        }
    }

    private static string OutcomeOf(in OperationResult result) => result.Outcome switch
    {
        OperationOutcome.Committed => result.Change.Outcome.ToString(),
        OperationOutcome.NotApplied => $"NotApplied:{result.Failure}",
        OperationOutcome.Unknown => "Unknown",
        _ => throw new InvariantViolation("No such outcome"),
    };

    /// <param name="Key">At most <see cref="Key.LengthMax"/> bytes: the front end has checked.</param>
    /// <param name="Change">What to do; <see cref="Change.Identity"/> to read.</param>
    public readonly record struct Request(Key Key, Change Change, Consistency Level);
}
