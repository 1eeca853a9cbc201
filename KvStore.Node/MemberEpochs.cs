using System.Buffers.Binary;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Storage;
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
/// on at the epoch it had moved to, and then takes the rest of the way like anybody.
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
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, TopologySnapshot> _decided = [];
    private bool _mayMove;
    private bool _isMoving;

    /// <param name="prepare">Ends when the member is ready for the topology, which is the next one.</param>
    /// <param name="durable">Ends when the store's log is on disk up to a number.</param>
    /// <param name="crash">Told when the member cannot go on.</param>
    public MemberEpochs(
        IStore store, Topologies topologies, Lane[] lanes, ProtocolSettings protocol, Func<TopologySnapshot, Task> prepare, Func<long, Task> durable, Action<Exception> crash)
    {
        _store = store;
        _topologies = topologies;
        _lanes = lanes;
        _protocol = protocol;
        _prepare = prepare;
        _durable = durable;
        _crash = crash;
    }

    /// <summary>The document of the epoch that a store's member had moved to.</summary>
    /// <param name="first">Where the store holds no document yet.</param>
    /// <exception cref="FormatException">A document cannot be read; the message says why.</exception>
    public static TopologyDocument InForce(StoreContents contents, TopologyDocument first)
    {
        uint epoch = MovedTo(contents);
        foreach (Fact fact in contents.OfKind(FactKind.Topology).Where(fact => epoch == 0 || fact.Number == epoch))
        {
            return TopologyCodec.TryDecode(fact.Payload, out TopologyDocument? document, out string? problem)
                ? document
                : throw new FormatException($"The document of epoch {fact.Number} cannot be used: {problem}.");
        }

        return first;
    }

    /// <summary>Makes the topology that the member begins with durable, where it is not.</summary>
    /// <returns>The log number that must be durable before anything is answered.</returns>
    public long KeepFirst()
    {
        TopologyDocument document = _topologies.Current.Document;
        bool isKept = _store.Contents.OfKind(FactKind.Topology).Any(fact => fact.Number == document.Epoch.Number)
            && (document.Epoch == Epoch.First || MovedTo(_store.Contents) == document.Epoch.Number);
        return isKept ? 0 : _store.Append(EntriesOf(document));
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
    public void Take(TopologySnapshot decided)
    {
        lock (_lock)
        {
            if (decided.Epoch > _topologies.Current.Epoch)
            {
                _decided[decided.Epoch.Number] = decided;
            }
        }

        Go();
    }

    private static uint MovedTo(StoreContents contents) =>
        contents.OfKind(FactKind.Epoch).Select(fact => BinaryPrimitives.ReadUInt32LittleEndian(fact.Payload.Span)).FirstOrDefault();

    private static StoreEntry[] EntriesOf(TopologyDocument document)
    {
        byte[] epoch = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(epoch, document.Epoch.Number);
        StoreEntry kept = StoreEntry.Of(new Fact(FactKind.Topology, document.Epoch.Number, TopologyCodec.Encode(document)));

        // In this order: whoever starts between the two goes on at the epoch before.
        return document.Epoch == Epoch.First ? [kept] : [kept, StoreEntry.Of(new Fact(FactKind.Epoch, 0, epoch))];
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
            while (TryTakeNext(out TopologySnapshot? next))
            {
                await MoveAsync(next);
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

    private bool TryTakeNext([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TopologySnapshot? next)
    {
        lock (_lock)
        {
            _isMoving = _decided.Remove(_topologies.Current.Epoch.Number + 1, out next);
            return _isMoving;
        }
    }

    private async Task MoveAsync(TopologySnapshot next)
    {
        await _prepare(next);
        if (!_protocol.Has(ProtocolFlaw.EpochWithoutBarrier))
        {
            await HoldLanesAsync();
        }

        if (!_protocol.Has(ProtocolFlaw.EpochNotDurable))
        {
            await _durable(_store.Append(EntriesOf(next.Document)));
        }

        _topologies.Publish(next);
        foreach (Lane lane in _lanes)
        {
            lane.Post(new LaneInput(LaneInputKind.TopologyChanged));
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
