using KvStore.Node.Coordination;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Convergence;

/// <summary>
/// Compares this member with one other after the other, by digests of the slots both hold, and repairs every key that they hold
/// differently.
/// </summary>
/// <remarks>
/// <para>This folder is the work that nobody waits for: <see cref="AntiEntropy"/> finds what replicas hold differently,
/// <see cref="TombstoneSweep"/> finds tombstones that may go. Both only find; what is done about a key is done in its lane
/// (<see cref="KeyRepair"/>, <see cref="TombstonePurge"/>), by the same quorums as a client's requests.</para>
/// <para>Must hold: nothing read here is ever written to a replica. Only ballots are compared; a key that differs is read anew,
/// from all of its replicas. Bounded by <see cref="UpkeepPace"/>. Failure: what does not answer is compared again later.</para>
/// <para>Papers: Dynamo, DeCandia and others 2007, for comparing trees; protocol.md §7.</para>
/// </remarks>
internal sealed class AntiEntropy(
    MemberId self, IStore store, Topologies topologies, BulkCalls calls, UpkeepPace pace, UpkeepSettings settings, MemberClock clock, Action<Slot, LaneCall> toLane, ProtocolSettings protocol)
{
    /// <summary>Slots walked in one comparison, at most; the rest is for the next one.</summary>
    public const int SlotsWalkedMax = 1_024;

    /// <summary>Keys of this member remembered in a walk, at most; of the others it is not known whether they differ, so they are read.</summary>
    public const int KeysRememberedMax = 200_000;

    /// <summary>Ranges asked for in one question, at most.</summary>
    private const int RangesAskedMax = 16;

    private const int PageCountMax = 1_024;

    private const long PageBytesMax = 256 * 1024;

    /// <summary>Writes on their way make slots differ for a moment: those that still do after so long are walked.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private int _turn;

    public Agreements Agreements { get; } = new();

    /// <summary>The members that this one compares itself with.</summary>
    public IReadOnlyList<MemberId> Peers => [.. topologies.Current.Groups.Members.Select(member => member.Id).Where(member => member != self)];

    /// <param name="mayRun">Whether this member serves.</param>
    public async Task RunAsync(Func<bool> mayRun, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await pace.PauseAsync(settings.CompareInterval, cancellationToken);
            IReadOnlyList<MemberId> peers = Peers;
            if (mayRun() && peers.Count > 0)
            {
                Agreements.Keep(peers);
                await CompareAsync(peers[_turn++ % peers.Count], cancellationToken);
            }
        }
    }

    private async Task CompareAsync(MemberId peer, CancellationToken cancellationToken)
    {
        TopologySnapshot topology = topologies.Current;
        UpkeepMetrics.Comparisons.Add(1);
        if (await AskDigestsAsync(peer, topology, []) is not { } theirs || theirs.Count != SlotDigests.RangeCount)
        {
            return;
        }

        SlotDigest?[] ours = SlotDigests.OfRanges(store, topology, self, peer);
        bool IsToCompare(int range) => ours[range] != theirs[range] && !(protocol.Has(ProtocolFlaw.AgreedRangeNotCompared) && Agreements.WasAlike(peer, range));
        ushort[] ranges = [.. Enumerable.Range(0, SlotDigests.RangeCount).Where(IsToCompare).Select(range => (ushort)range)];
        for (int range = 0; range < SlotDigests.RangeCount; range++)
        {
            Agreements.Set(peer, range, ours[range] == theirs[range], clock.Now);
        }

        HashSet<ushort> differing = [];
        if (ranges.Length > 0)
        {
            HashSet<ushort>? first = await DifferingAsync(peer, topology, ranges);
            await Task.Delay(SettleTime, clock.Time, cancellationToken);
            HashSet<ushort>? second = first is { Count: > 0 } ? await DifferingAsync(peer, topology, ranges) : first;
            if (first is null || second is null)
            {
                return;
            }

            differing = [.. first.Where(second.Contains).Order()];
        }

        Agreements.Compared(peer, differing.Count, clock.Now);
        UpkeepMetrics.SlotsDiffering.Add(differing.Count);
        if (differing.Count > 0)
        {
            await WalkAsync(peer, topology, [.. differing.Take(SlotsWalkedMax)], cancellationToken);
        }
    }

    private async Task<IReadOnlyList<SlotDigest?>?> AskDigestsAsync(MemberId peer, TopologySnapshot topology, ushort[] ranges)
    {
        SlotQuestion question = new(ranges, PassCursor.Start);
        PeerReply? reply = await calls.AskAsync(peer, topology, PeerRequestKind.Digests, question, Patience);
        return reply?.Digests;
    }

    /// <returns>The slots of these ranges whose digests are known at both and are not alike; null if the peer does not answer.</returns>
    private async Task<HashSet<ushort>?> DifferingAsync(MemberId peer, TopologySnapshot topology, ushort[] ranges)
    {
        HashSet<ushort> differing = [];
        foreach (ushort[] asked in ranges.Chunk(RangesAskedMax))
        {
            IReadOnlyList<SlotDigest?>? theirs = await AskDigestsAsync(peer, topology, asked);
            if (theirs is null || theirs.Count != asked.Length * SlotDigests.SlotsPerRange)
            {
                return null;
            }

            for (int i = 0; i < asked.Length; i++)
            {
                SlotDigest?[] ours = SlotDigests.OfSlots(store, topology, self, peer, asked[i]);
                for (int slot = 0; slot < ours.Length; slot++)
                {
                    SlotDigest? other = theirs[(i * SlotDigests.SlotsPerRange) + slot];
                    if (ours[slot] is not null && other is not null && ours[slot] != other)
                    {
                        differing.Add((ushort)((asked[i] * SlotDigests.SlotsPerRange) + slot));
                    }
                }
            }
        }

        return differing;
    }

    /// <summary>Reads the slots here and there, and repairs what is not under the same ballot.</summary>
    private async Task WalkAsync(MemberId peer, TopologySnapshot topology, ushort[] slots, CancellationToken cancellationToken)
    {
        long started = clock.Now;
        Dictionary<Key, Ballot> ours = await ReadOwnAsync([.. slots], cancellationToken);
        long read = clock.Now - started;
        List<Key> differing = [];
        PassCursor from = PassCursor.Start;
        bool isComplete = false;
        while (!isComplete)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SlotQuestion question = new(slots, from);
            long asked = clock.Now;
            PeerReply? reply = await calls.AskAsync(peer, topology, PeerRequestKind.Walk, question, Patience);
            read += clock.Now - asked;
            if (reply is not { Page: { } page, Next: { } next })
            {
                return; // what was found so far is found again
            }

            foreach (StorePageEntry entry in page.Entries)
            {
                if (!ours.Remove(entry.Key, out Ballot own) || own != entry.Record.Ballot)
                {
                    differing.Add(entry.Key);
                }
            }

            await RepairAsync(peer, differing, cancellationToken);
            differing.Clear();
            (from, isComplete) = (next, page.Complete);
        }

        await RepairAsync(peer, [.. ours.Keys], cancellationToken);
        await pace.RestAsync(TimeSpan.FromMilliseconds(read), cancellationToken);
    }

    private async Task<Dictionary<Key, Ballot>> ReadOwnAsync(HashSet<ushort> slots, CancellationToken cancellationToken)
    {
        Dictionary<Key, Ballot> ours = [];
        PassCursor from = PassCursor.Start;
        bool isComplete = false;
        while (!isComplete && ours.Count < KeysRememberedMax)
        {
            PassPage page = await store.ReadPassAsync(
                new StorePass(slot => slots.Contains(slot.Number), from, PageCountMax, PageBytesMax, WithValues: false), cancellationToken);
            foreach (StorePageEntry entry in page.Entries)
            {
                ours[entry.Key] = entry.Record.Ballot;
            }

            (from, isComplete) = (page.Next, page.Complete);
        }

        return ours;
    }

    private async Task RepairAsync(MemberId peer, IReadOnlyList<Key> keys, CancellationToken cancellationToken)
    {
        foreach (Key[] batch in keys.Chunk(UpkeepPace.BatchMax))
        {
            await pace.TakeTurnAsync(batch.Length, cancellationToken);
            KeyRepair[] repairs = [.. batch.Select(key => new KeyRepair(key, peer))];
            for (int i = 0; i < batch.Length; i++)
            {
                toLane(batch[i].Slot, repairs[i]);
            }

            foreach (KeyRepair repair in repairs)
            {
                await repair.Completion;
            }
        }
    }
}
