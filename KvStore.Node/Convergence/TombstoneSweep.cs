using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node.Convergence;

/// <summary>
/// Goes through the tombstones this member holds and has each purged that every replica confirms. A slot's first owner does so
/// at each pass, the others at one in <see cref="OthersEvery"/>, so that the work is not done three times and what one of them
/// missed is still done.
/// </summary>
internal sealed class TombstoneSweep(
    MemberId self, IStore store, Topologies topologies, UpkeepPace pace, UpkeepSettings settings, MemberClock clock, Action<Slot, LaneCall> toLane, ProtocolSettings protocol)
{
    /// <summary>Tombstones tried in one sweep, at most; the rest is for the next one.</summary>
    public const int TriedMax = 10_000;

    private const int OthersEvery = 4;

    private const int PageCountMax = 1_024;

    private const long PageBytesMax = 256 * 1024;

    // A pass goes on from sweep to sweep: tombstones that cannot be purged now must not keep others from their turn.
    private HashSet<ushort> _slots = [];
    private PassCursor _from = PassCursor.Start;
    private int _pass;

    /// <param name="mayRun">Whether this member serves.</param>
    public async Task RunAsync(Func<bool> mayRun, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await pace.PauseAsync(settings.SweepInterval, cancellationToken);
            bool mayPurge = topologies.Current.Document.Next is null || protocol.Has(ProtocolFlaw.PurgedInJointPhase);
            if (mayRun() && mayPurge && store.Status.Tombstones > 0)
            {
                await SweepAsync(cancellationToken);
            }
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (_from == PassCursor.Start)
        {
            TopologySnapshot topology = topologies.Current;
            _pass++;
            _slots = [.. Enumerable.Range(0, Slot.Count).Where(number => IsMine(topology, new Slot(number))).Select(number => (ushort)number)];
        }

        TimeSpan read = TimeSpan.Zero;
        bool isComplete = _slots.Count == 0;
        for (int tried = 0; !isComplete && tried < TriedMax;)
        {
            long started = clock.Time.GetTimestamp();
            PassPage page = await store.ReadPassAsync(
                new StorePass(slot => _slots.Contains(slot.Number), _from, PageCountMax, PageBytesMax, WithValues: false), cancellationToken);
            read += clock.Time.GetElapsedTime(started);
            StorePageEntry[] tombstones = [.. page.Entries.Where(entry => entry.Record.State!.Kind == RegisterKind.Tombstone)];
            tried += tombstones.Length;
            await PurgeAsync(tombstones, cancellationToken);
            isComplete = page.Complete;
            _from = isComplete ? PassCursor.Start : page.Next;
        }

        await pace.RestAsync(read, cancellationToken);
    }

    private bool IsMine(TopologySnapshot topology, Slot slot)
    {
        if (store.CountsOf(slot).Tombstones == 0)
        {
            return false;
        }

        int place = topology.OwnersOf(slot).PlaceOf(self);
        return place == 0 || (place > 0 && _pass % OthersEvery == place % OthersEvery);
    }

    private async Task PurgeAsync(StorePageEntry[] tombstones, CancellationToken cancellationToken)
    {
        foreach (StorePageEntry[] batch in tombstones.Chunk(UpkeepPace.BatchMax))
        {
            await pace.TakeTurnAsync(batch.Length, cancellationToken);
            TombstonePurge[] purges = [.. batch.Select(entry => new TombstonePurge(entry.Key, entry.Record.Ballot))];
            for (int i = 0; i < batch.Length; i++)
            {
                toLane(batch[i].Key.Slot, purges[i]);
            }

            foreach (TombstonePurge purge in purges)
            {
                await purge.Completion;
            }
        }
    }
}
