using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>
/// Removes what a member still holds of slots that it does not own any more: in the background, and at once, before it moves
/// to an epoch that gives it such a slot again. A new owner begins with nothing: what it held before was not told of what
/// happened to the slot since.
/// </summary>
internal sealed class LeftoverSweep(MemberId self, IStore store, Topologies topologies, Action<Slot, LaneCall> toLane, ProtocolSettings protocol)
{
    private const int PageCountMax = 256;

    private const long PageBytesMax = 1024 * 1024;

    /// <summary>What a removal costs beside its bytes at the pace of transfers, in bytes: less than a record that is taken over, as nothing is sent and no value written.</summary>
    private const long RemovalBytes = TransferPace.RecordBytes / 4;

    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;
    private int _hurried;

    /// <summary>Records removed since start.</summary>
    public long Removed { get; private set; }

    private bool IsHurried => Volatile.Read(ref _hurried) > 0;

    private bool AreOwnersChanging => topologies.Current.Document.Next is not null;

    /// <summary>Slots that hold something and are not this member's.</summary>
    public IReadOnlyList<Slot> Leftover()
    {
        TopologySnapshot topology = topologies.Current;
        return [.. Held().Where(slot => !IsMine(topology, slot))];
    }

    /// <summary>Slots that the next topology gives to this member, the one in force does not, and that hold something.</summary>
    public IReadOnlyList<Slot> LeftoverIn(TopologySnapshot next)
    {
        TopologySnapshot topology = topologies.Current;
        return [.. Held().Where(slot => !IsMine(topology, slot) && next.OwnersOf(slot).PlaceOf(self) >= 0)];
    }

    /// <summary>Empties the slots; ends when they are. One call at a time: what comes meanwhile waits, and the one before it hurries.</summary>
    /// <param name="slots">Not this member's, and not until this has ended.</param>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public async Task ClearAsync(IReadOnlyList<Slot> slots, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _hurried);
        try
        {
            await ClearAsync(slots, null, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _hurried);
        }
    }

    /// <summary>
    /// Empties the slots at a pace, for as long as nobody waits for a <see cref="ClearAsync(IReadOnlyList{Slot}, CancellationToken)"/>; ends when
    /// owners change, because what this member is to take over goes first.
    /// </summary>
    /// <returns>Whether they are empty.</returns>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public Task<bool> ClearAsync(IReadOnlyList<Slot> slots, TransferPace? pace, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Task<bool> clearing = ClearAsync(_last, [.. slots], pace, cancellationToken);
            _last = clearing;
            return clearing;
        }
    }

    private async Task<bool> ClearAsync(Task before, HashSet<Slot> slots, TransferPace? pace, CancellationToken cancellationToken)
    {
        try
        {
            await before;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Whoever asked for it knows.
        }

        while (slots.Any(slot => !store.CountsOf(slot).IsEmpty))
        {
            PassCursor from = PassCursor.Start;
            for (bool isComplete = false; !isComplete;)
            {
                PassPage page = await store.ReadPassAsync(new StorePass(slots.Contains, from, PageCountMax, PageBytesMax, WithValues: true, () => pace is null || IsHurried), cancellationToken);
                await RemoveAsync(page.Entries, cancellationToken);
                if (pace is not null && !IsHurried)
                {
                    if (AreOwnersChanging)
                    {
                        return false;
                    }

                    long bytes = page.Entries.Sum(entry => RemovalBytes + entry.Key.Length + (entry.Record.State?.Value.Length ?? 0));
                    await pace.PayAsync(self, 0, bytes, () => IsHurried || AreOwnersChanging, cancellationToken);
                }

                (from, isComplete) = (page.Next, page.Complete);
            }
        }

        return true;
    }

    private async Task RemoveAsync(IReadOnlyList<StorePageEntry> entries, CancellationToken cancellationToken)
    {
        List<LeftoverRemoval> removals = [];
        foreach (StorePageEntry entry in entries.DistinctBy(entry => entry.Key))
        {
            LeftoverRemoval removal = new(entry.Key, entry.Record);
            removals.Add(removal);
            toLane(entry.Key.Slot, removal);
        }

        foreach (LeftoverRemoval removal in removals)
        {
            await removal.Completion;
            cancellationToken.ThrowIfCancellationRequested();
        }

        Removed += removals.Count;
        MigrationMetrics.KeysDropped.Add(removals.Count);
    }

    private IEnumerable<Slot> Held() => protocol.Has(ProtocolFlaw.LeftoverKept) ? [] :
        Enumerable.Range(0, Slot.Count).Select(number => new Slot(number)).Where(slot => !store.CountsOf(slot).IsEmpty);

    private bool IsMine(TopologySnapshot topology, Slot slot)
    {
        SlotOwners owners = topology.OwnersOf(slot);
        int place = owners.PlaceOf(self);
        return protocol.Has(ProtocolFlaw.DroppedBeforeDecided) ? owners.IsNext(place) : place >= 0;
    }
}
