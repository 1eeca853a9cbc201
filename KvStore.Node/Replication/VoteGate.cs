using System.Globalization;
using KvStore.Node.Membership;
using KvStore.Node.Ring;

namespace KvStore.Node.Replication;

/// <summary>
/// Whether this member may vote: promise, accept, answer reads and coordinate. It opens when the disk proves itself whole, or
/// a majority of the other members has taken this life for good; it closes for ever when one of them remembers more than the
/// disk holds.
/// </summary>
/// <remarks>
/// What it protects: a vote that was counted and then lost with the disk would be given again, the other way. Whoever counted
/// it has seen a log number at least as high. What it costs: without proof, a start waits for a majority of the others.
/// Thread safe; <see cref="State"/> is read without a lock.
/// </remarks>
internal sealed class VoteGate
{
    private readonly Lock _lock = new();
    private readonly ShownMark _opened;
    private readonly Action _opening;
    private int _needed;
    private int _others;
    private Func<MemberId, bool> _isAsked;
    private readonly HashSet<MemberId> _confirmed = [];
    private volatile VoteState _state;

    /// <param name="opened">What this member shows right after its start.</param>
    /// <param name="others">Members that are asked: those that own slots now, besides this one.</param>
    /// <param name="isProvenWhole">Whether the store can prove that nothing was lost since it was last open.</param>
    /// <param name="lost">What an earlier life was told by others and confessed to its disk; null if nothing.</param>
    /// <param name="opening">Run right before a gate that was waiting opens, on the thread that brought the news.</param>
    /// <param name="isAsked">
    /// Whether a member is one of them; null if all are. Who only joins may never come, and cannot have counted a vote of an
    /// earlier life: its word that it remembers nothing is worth nothing.
    /// </param>
    public VoteGate(in ShownMark opened, int others, bool isProvenWhole, RememberedMark? lost, Action opening, Func<MemberId, bool>? isAsked = null)
    {
        _isAsked = isAsked ?? (static _ => true);
        _opening = opening;
        _opened = opened;
        _others = others;
        _needed = NeededOf(others);
        Lost = lost;
        _state = lost is not null ? VoteState.Amnesiac
            : isProvenWhole || _needed == 0 ? VoteState.Voting
            : VoteState.Waiting;
    }

    public VoteState State => _state;

    public bool IsOpen => _state == VoteState.Voting;

    /// <summary>The most that others remember, once that is more than the disk holds.</summary>
    public RememberedMark? Lost { get; private set; }

    /// <summary>Why it is not open, for people; empty when it is.</summary>
    public string Reason
    {
        get
        {
            lock (_lock)
            {
                return _state switch
                {
                    VoteState.Waiting => string.Create(
                        CultureInfo.InvariantCulture,
                        $"it cannot prove that its disk lost nothing, and waits for a majority of the {_others} other members to say what they remember of it: {_confirmed.Count} of {_needed} have"),
                    VoteState.Amnesiac => string.Create(
                        CultureInfo.InvariantCulture,
                        $"its data directory holds less than it once had: another member has seen it at {Lost!.Value.Describe()}, and it started as boot {_opened.BootCount} with log number {_opened.OpenedLsn}. "
                        + $"It does not vote. Stop it and put the newest data directory of this member back; if that is lost, leave the member stopped: its copies are on the other owners of its keys"),
                    _ => "",
                };
            }
        }
    }

    /// <summary>
    /// Others are asked from now on: those that own slots by the latest that was decided. Some of those before may be gone for good,
    /// and what they knew of this member they have handed over with what they held.
    /// </summary>
    /// <returns>Whether <see cref="State"/> changed.</returns>
    public bool Ask(IReadOnlySet<MemberId> others)
    {
        lock (_lock)
        {
            _others = others.Count;
            _needed = NeededOf(others.Count);
            _isAsked = others.Contains;
            _confirmed.IntersectWith(others);
            return TryOpen();
        }
    }

    /// <summary>Takes what another member says it remembers of this one.</summary>
    /// <returns>Whether <see cref="State"/> changed.</returns>
    public bool Hear(MemberId from, in RememberedMark ofSelf)
    {
        // In the steady state everybody remembers this life and nothing is left to decide.
        if (_state == VoteState.Amnesiac || (_state == VoteState.Voting && ofSelf.IsOf(_opened)))
        {
            return false;
        }

        lock (_lock)
        {
            if (ofSelf.IsMoreThan(_opened))
            {
                bool isNews = _state != VoteState.Amnesiac;
                Lost = ofSelf;
                _state = VoteState.Amnesiac;
                return isNews;
            }

            return ofSelf.IsOf(_opened) && _isAsked(from) && _confirmed.Add(from) && TryOpen();
        }
    }

    private static int NeededOf(int others) => others == 0 ? 0 : (others / 2) + 1;

    /// <summary>Under the lock.</summary>
    private bool TryOpen()
    {
        if (_state != VoteState.Waiting || _confirmed.Count < _needed)
        {
            return false;
        }

        _opening();
        _state = VoteState.Voting;
        return true;
    }
}
