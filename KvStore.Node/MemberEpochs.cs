using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using KvStore.Node.Coordination;
using KvStore.Node.Gossip;
using KvStore.Node.Registers;
using KvStore.Node.Storage;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node;

/// <summary>
/// Takes a member from one epoch to the next, none skipped, in this order: slots that it gets again are emptied; every lane
/// stops admitting and finishes the accepts it has admitted; the document is made durable; only then anything is answered at
/// the new epoch.
/// </summary>
/// <remarks>
/// So nothing is accepted at an epoch after anything was answered at the next one, by any life of the member, and what an
/// owner shows of a slot at an epoch holds every accept that it answered at those before. A member that is started again goes
/// on at the epoch it had moved to, and then takes the rest of the way like anybody. Threads: any may bring a topology, with
/// whatever lock it holds; moves are made one after the other, on threads of their own.
/// </remarks>
internal sealed class MemberEpochs
{
    private readonly IStore _store;
    private readonly Topologies _topologies;
    private readonly Lane[] _lanes;
    private readonly ProtocolSettings _protocol;
    private readonly Func<TopologySnapshot, Task> _prepare;
    private readonly Func<long, Task> _durable;
    private readonly Action<Exception> _crash;
    private readonly Action _removed;
    private readonly Action<TopologyDocument> _ahead;
    private readonly Lock _lock = new();
    private readonly Lock _putting = new();
    private readonly Dictionary<uint, Func<TopologySnapshot, TopologySnapshot>> _decided = [];
    private bool _mayMove;
    private bool _isMoving;

    /// <param name="prepare">Ends when the member is ready for the topology, which is the next one.</param>
    /// <param name="durable">Ends when the store's log is on disk up to a number.</param>
    /// <param name="crash">Told when the member cannot go on.</param>
    /// <param name="removed">Told when a member that does not move yet, and may never, is none any more.</param>
    /// <param name="ahead">Told of the latest that was decided, where the member does not move yet.</param>
    public MemberEpochs(
        IStore store, Topologies topologies, Lane[] lanes, ProtocolSettings protocol, Func<TopologySnapshot, Task> prepare, Func<long, Task> durable, Action<Exception> crash, Action removed, Action<TopologyDocument> ahead)
    {
        _store = store;
        _topologies = topologies;
        _lanes = lanes;
        _protocol = protocol;
        _prepare = prepare;
        _durable = durable;
        _crash = crash;
        _removed = removed;
        _ahead = ahead;
    }

    /// <summary>
    /// The document of the epoch that a store's member had moved to. Without a note of that it never answered at another than the
    /// first one it was a member in.
    /// </summary>
    /// <param name="first">Where the store holds no document yet.</param>
    /// <exception cref="FormatException">A document cannot be read; the message says why.</exception>
    public static TopologyDocument InForce(StoreContents contents, TopologyDocument first)
    {
        uint epoch = MovedTo(contents);
        foreach (Fact fact in contents.OfKind(FactKind.Topology).Where(fact => epoch == 0 || fact.Number == epoch))
        {
            TopologyDocument kept = TopologyCodec.TryDecode(fact.Payload, out TopologyDocument? document, out string? problem)
                ? document
                : throw new FormatException($"The document of epoch {fact.Number} cannot be used: {problem}.");
            if (epoch != 0 || kept.Find(contents.Member) is not null)
            {
                return kept;
            }
        }

        return first;
    }

    /// <summary>Makes the topology that the member begins with durable, and those before it, where they are not.</summary>
    /// <param name="documents">In order, the one that the member begins with among them.</param>
    /// <returns>The log number that must be durable before anything is answered.</returns>
    public long KeepFirst(IReadOnlyList<TopologyDocument> documents)
    {
        Epoch first = _topologies.Current.Epoch;
        HashSet<long> kept = [.. _store.Contents.OfKind(FactKind.Topology).Select(fact => fact.Number)];
        List<StoreEntry> lacking = [.. documents.Where(document => !kept.Contains(document.Epoch.Number)).Select(Kept)];
        if (first != Epoch.First && MovedTo(_store.Contents) != first.Number)
        {
            lacking.Add(Moved(first));
        }

        return lacking.Count == 0 ? 0 : _store.Append([.. lacking]);
    }

    /// <summary>The member votes and its first topology is durable: from now on it moves.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _mayMove = true;
        }

        Go();
    }

    /// <summary>Takes a topology that was decided: in any order, and again. Any thread.</summary>
    /// <param name="compute">
    /// Computes it from the one before, when the member is about to move: that takes long, and whoever brings it has others to tell, and writes that wait.
    /// </param>
    public void Take(TopologyDocument decided, Func<TopologySnapshot, TopologySnapshot> compute)
    {
        bool isAhead = false;
        lock (_lock)
        {
            if (decided.Epoch > _topologies.Current.Epoch)
            {
                _decided[decided.Epoch.Number] = compute;
                isAhead = !_mayMove && decided.Epoch.Number == _decided.Keys.Max();
            }
        }

        if (isAhead && decided.Find(_store.Contents.Member) is null)
        {
            _removed();
        }
        else if (isAhead)
        {
            _ahead(decided);
        }

        Go();
    }

    /// <summary>A member was met at addresses that may be others than the topology's.</summary>
    /// <returns>What was known of it, if that was something else.</returns>
    public TopologyMember? Readdress(TopologyMember met)
    {
        lock (_putting)
        {
            return _topologies.Readdress(met);
        }
    }

    private static uint MovedTo(StoreContents contents) =>
        contents.OfKind(FactKind.Epoch).Select(fact => BinaryPrimitives.ReadUInt32LittleEndian(fact.Payload.Span)).FirstOrDefault();

    private static StoreEntry Kept(TopologyDocument document) =>
        StoreEntry.Of(new Fact(FactKind.Topology, document.Epoch.Number, TopologyCodec.Encode(document)));

    private static StoreEntry Moved(Epoch to)
    {
        byte[] epoch = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(epoch, to.Number);
        return StoreEntry.Of(new Fact(FactKind.Epoch, 0, epoch));
    }

    private void Go()
    {
        lock (_lock)
        {
            if (!_mayMove || _isMoving)
            {
                return;
            }

            _isMoving = true;
        }

        _ = RunAsync();
    }

    private async Task RunAsync()
    {
        try
        {
            await Task.Yield(); // whoever brought it may hold a lock, or be the store's thread
            while (TryTakeNext(out Func<TopologySnapshot, TopologySnapshot>? compute))
            {
                await MoveAsync(compute(_topologies.Current));
            }
        }
        catch (OperationCanceledException)
        {
            // The member stops.
        }
        catch (Exception e)
        {
            _crash(e);
        }
    }

    private bool TryTakeNext([NotNullWhen(true)] out Func<TopologySnapshot, TopologySnapshot>? compute)
    {
        lock (_lock)
        {
            _isMoving = _decided.Remove(_topologies.Current.Epoch.Number + 1, out compute);
            return _isMoving;
        }
    }

    private async Task MoveAsync(TopologySnapshot next)
    {
        Activity? span = EpochSpan.Start("enter", _topologies.Current.Document, next.Document);
        try
        {
            await GoThroughAsync(next);
        }
        finally
        {
            NodeTelemetry.Stop(span);
        }
    }

    private async Task GoThroughAsync(TopologySnapshot next)
    {
        await _prepare(next);
        if (!_protocol.Has(ProtocolFlaw.EpochWithoutBarrier))
        {
            await HoldLanesAsync();
        }

        if (!_protocol.Has(ProtocolFlaw.EpochNotDurable))
        {
            // In this order: whoever starts between the two goes on at the epoch before.
            await _durable(_store.Append([Kept(next.Document), Moved(next.Epoch)]));
        }

        lock (_putting)
        {
            _topologies.Publish(next);
        }
    }

    private async Task HoldLanesAsync()
    {
        List<Task> atRest = [];
        foreach (Lane lane in _lanes)
        {
            TaskCompletionSource rests = new(TaskCreationOptions.RunContinuationsAsynchronously);
            atRest.Add(rests.Task);
            lane.Post(new LaneInput(LaneInputKind.Hold, (Action)(() => rests.TrySetResult())));
        }

        foreach (Task lane in atRest)
        {
            await lane;
        }
    }
}
