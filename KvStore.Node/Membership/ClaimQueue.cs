using KvStore.Node.Ring;

namespace KvStore.Node.Membership;

/// <summary>
/// Claims to be passed on, the latest of each member. Each is sent a bounded number of times, which grows with the logarithm
/// of the members: enough that with high probability all hear of it, and then it costs nothing any more. Bounded by the
/// number of members; a newer claim about a member takes the older one's place.
/// </summary>
internal sealed class ClaimQueue
{
    private readonly Dictionary<MemberId, Waiting> _waiting = [];
    private long _added;

    public int Count => _waiting.Count;

    public void Add(in LivenessClaim claim) => _waiting[claim.Member] = new Waiting(claim, ++_added);

    public void Remove(MemberId member) => _waiting.Remove(member);

    /// <summary>The claims for one message: those sent least often first, of these the newest.</summary>
    /// <param name="sendsMax">A claim sent this often is dropped.</param>
    public List<LivenessClaim> Take(int most, int sendsMax)
    {
        List<LivenessClaim> taken = [];
        foreach (Waiting waiting in _waiting.Values.OrderBy(entry => entry.Sends).ThenByDescending(entry => entry.Number).Take(most).ToList())
        {
            taken.Add(waiting.Claim);
            if (++waiting.Sends >= sendsMax)
            {
                _waiting.Remove(waiting.Claim.Member);
            }
        }

        return taken;
    }

    private sealed class Waiting(LivenessClaim claim, long number)
    {
        public LivenessClaim Claim => claim;

        public long Number => number;

        public int Sends { get; set; }
    }
}
