using KvStore.Node.Replication;
using KvStore.Node.Ring;

namespace KvStore.Node.Convergence;

/// <summary>When this member last found each range of slots alike with each of the others. Any thread.</summary>
internal sealed class Agreements
{
    /// <summary>Ranges of slots that are shown apart.</summary>
    public const int ShownRanges = 16;

    private const long Never = -1;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<MemberId, PeerAgreement> _peers = [];

    /// <param name="now">The member's milliseconds.</param>
    public void Set(MemberId peer, int range, bool isAlike, long now)
    {
        lock (_lock)
        {
            if (isAlike)
            {
                Of(peer).AlikeAt[range] = now;
            }
        }
    }

    /// <summary>Whether the range was ever found alike with that member.</summary>
    public bool WasAlike(MemberId peer, int range)
    {
        lock (_lock)
        {
            return Of(peer).AlikeAt[range] != Never;
        }
    }

    /// <summary>A comparison has ended.</summary>
    public void Compared(MemberId peer, int slotsDiffering, long now)
    {
        lock (_lock)
        {
            PeerAgreement agreement = Of(peer);
            agreement.ComparedAt = now;
            agreement.SlotsDiffering = slotsDiffering;
        }
    }

    /// <summary>Forgets members that are none any more.</summary>
    public void Keep(IReadOnlyCollection<MemberId> peers)
    {
        lock (_lock)
        {
            foreach (MemberId gone in _peers.Keys.Where(peer => !peers.Contains(peer)).ToArray())
            {
                _peers.Remove(gone);
            }
        }
    }

    /// <param name="peers">The members compared with.</param>
    /// <param name="now">The member's milliseconds.</param>
    public AgreementReport Report(IReadOnlyCollection<MemberId> peers, long now)
    {
        lock (_lock)
        {
            return new AgreementReport(
                [.. peers.Select(peer => StatusOf(peer, now))],
                [.. Enumerable.Range(0, ShownRanges).Select(shown => new RangeAgreement(
                    shown * Slot.Count / ShownRanges, ((shown + 1) * Slot.Count / ShownRanges) - 1, AgeOf(shown, peers, now)))]);
        }
    }

    private PeerComparison StatusOf(MemberId peer, long now) => _peers.TryGetValue(peer, out PeerAgreement? agreement) && agreement.ComparedAt != Never
        ? new PeerComparison(peer, agreement.SlotsDiffering, TimeSpan.FromMilliseconds(now - agreement.ComparedAt))
        : new PeerComparison(peer, 0, null);

    /// <summary>Since the whole range was last alike with every other member.</summary>
    private TimeSpan? AgeOf(int shown, IReadOnlyCollection<MemberId> peers, long now)
    {
        const int Each = SlotDigests.RangeCount / ShownRanges;
        long oldest = now;
        foreach (MemberId peer in peers)
        {
            oldest = Math.Min(oldest, _peers.TryGetValue(peer, out PeerAgreement? agreement) ? agreement.AlikeAt.AsSpan(shown * Each, Each).ToArray().Min() : Never);
        }

        return oldest == Never ? null : TimeSpan.FromMilliseconds(now - oldest);
    }

    private PeerAgreement Of(MemberId peer)
    {
        if (!_peers.TryGetValue(peer, out PeerAgreement? agreement))
        {
            agreement = new PeerAgreement();
            Array.Fill(agreement.AlikeAt, Never);
            _peers.Add(peer, agreement);
        }

        return agreement;
    }

    private sealed class PeerAgreement
    {
        public long[] AlikeAt { get; } = new long[SlotDigests.RangeCount];

        public long ComparedAt { get; set; } = Never;

        public int SlotsDiffering { get; set; }
    }
}
