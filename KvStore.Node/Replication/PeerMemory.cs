using System.Collections.Concurrent;
using KvStore.Node.Membership;
using KvStore.Node.Ring;

namespace KvStore.Node.Replication;

/// <summary>
/// What this member has seen of the others: the most each ever showed of its disk, and whether it votes. It is exact in
/// memory; on disk it lags (<see cref="TakeDue"/>).
/// </summary>
/// <remarks>
/// Called for every frame that arrives, by the
/// thread that brought it, and for every frame that leaves. Must hold: what is remembered never goes down, and a frame of a
/// life that is over, or of a member that shows less than is remembered, counts for nothing. Paper: none; protocol.md §4.
/// </remarks>
internal sealed class PeerMemory
{
    private readonly ConcurrentDictionary<MemberId, Recollection> _peers = new();

    /// <param name="member">A peer, as found on disk at start.</param>
    public void Recall(MemberId member, in RememberedMark mark)
    {
        Recollection peer = Of(member);
        lock (peer)
        {
            peer.Mark = peer.Written = mark;
        }
    }

    /// <summary>The most that was seen of the member.</summary>
    public RememberedMark MarkOf(MemberId member)
    {
        if (!_peers.TryGetValue(member, out Recollection? peer))
        {
            return default;
        }

        lock (peer)
        {
            return peer.Mark;
        }
    }

    /// <summary>Whether the member votes, as far as is known: an amnesiac says so, or is found out here.</summary>
    public VoteState StateOf(MemberId member) => _peers.TryGetValue(member, out Recollection? peer) ? peer.State : VoteState.Unknown;

    /// <summary>Takes what a member shows at the head of a frame.</summary>
    /// <param name="isNewLife">Whether this is the first that is heard of this life of the member.</param>
    /// <returns>Whether the frame's messages count.</returns>
    public bool Hear(MemberId from, in ShownMark shown, VoteState says, out bool isNewLife)
    {
        Recollection peer = Of(from);
        lock (peer)
        {
            isNewLife = false;
            if (peer.Mark.IsMoreThan(shown))
            {
                // Perhaps a frame of a former life only: then the next one of the present life sets this right.
                peer.State = VoteState.Amnesiac;
                return false;
            }

            isNewLife = !peer.Mark.IsOf(shown);
            peer.Mark = peer.Mark.After(shown);
            peer.State = says;
            return says != VoteState.Amnesiac;
        }
    }

    /// <summary>
    /// What should be written to disk now: of each member seen in a new life, or whose log has grown by at least
    /// <paramref name="growth"/> since it was last written. It counts as written from here on.
    /// </summary>
    public IReadOnlyList<(MemberId Member, RememberedMark Mark)> TakeDue(long growth)
    {
        List<(MemberId, RememberedMark)> due = [];
        // A snapshot first: ordering copies by the count that it reads before, and members are met meanwhile.
        foreach ((MemberId member, Recollection peer) in _peers.ToArray().OrderBy(entry => entry.Key.Value))
        {
            lock (peer)
            {
                bool isNewLife = (peer.Mark.BootCount, peer.Mark.BootNonce) != (peer.Written.BootCount, peer.Written.BootNonce);
                if (isNewLife || peer.Mark.Lsn - peer.Written.Lsn >= growth)
                {
                    peer.Written = peer.Mark;
                    due.Add((member, peer.Mark));
                }
            }
        }

        return due;
    }

    private Recollection Of(MemberId member) => _peers.GetOrAdd(member, static _ => new Recollection());

    /// <summary>Of one member; guarded by itself, except for <see cref="State"/>.</summary>
    private sealed class Recollection
    {
        private volatile VoteState _state;

        public RememberedMark Mark { get; set; }

        public RememberedMark Written { get; set; }

        public VoteState State
        {
            get => _state;
            set => _state = value;
        }
    }
}
