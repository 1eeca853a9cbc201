using KvStore.Node.Ring;

namespace KvStore.Node.Membership;

/// <summary>What one member believes of every other: the highest claim heard, and the suspicions whose time is running.</summary>
internal sealed class Beliefs(MemberId self, DetectorSettings settings, ClaimQueue news, DetectorPlant plant)
{
    private readonly SortedDictionary<MemberId, Belief> _others = [];

    /// <summary>The other members, in order of their identities.</summary>
    public IEnumerable<MemberId> Others => _others.Keys;

    /// <summary>This member included.</summary>
    public int Members => _others.Count + 1;

    public bool Knows(MemberId member) => _others.ContainsKey(member);

    public Liveness Of(MemberId member) => _others[member].Claim.Liveness;

    /// <summary>What is held of a member; null for one that is none.</summary>
    public LivenessClaim? ClaimOf(MemberId member) => _others.TryGetValue(member, out Belief? belief) ? belief.Claim : null;

    public IEnumerable<LivenessClaim> Claims => _others.Values.Select(belief => belief.Claim);

    public IEnumerable<MemberSight> Sights(TimeSpan clock) => _others.Values.Select(belief => new MemberSight(
        belief.Claim.Member, belief.Claim.Liveness, belief.Claim.Incarnation, belief.Claim.By, clock - belief.Since, belief.RoundTrip));

    /// <summary>Of a member nothing is known but that it belongs: alive until it does not answer.</summary>
    public void Add(MemberId member, TimeSpan clock) =>
        _others.Add(member, new Belief(new LivenessClaim(member, Liveness.Alive, 0, self), clock));

    public void Remove(MemberId member)
    {
        _others.Remove(member);
        news.Remove(member);
    }

    public void Answered(MemberId member, TimeSpan roundTrip)
    {
        if (_others.TryGetValue(member, out Belief? belief))
        {
            belief.RoundTrip = roundTrip;
        }
    }

    /// <summary>Takes a claim about another member; one about a stranger counts for nothing: the topology says who belongs.</summary>
    public void Take(in LivenessClaim claim, TimeSpan clock, List<LivenessChange> changes)
    {
        if (!_others.TryGetValue(claim.Member, out Belief? belief))
        {
            return;
        }

        bool overrides = plant == DetectorPlant.IncarnationIgnored ? claim.Liveness != belief.Claim.Liveness : claim.Overrides(belief.Claim);
        if (overrides)
        {
            Liveness before = belief.Claim.Liveness;
            belief.Claim = claim;
            belief.Suspicion = claim.Liveness == Liveness.Suspect ? NewSuspicion(claim.By, clock) : null;
            news.Add(claim);
            if (before != claim.Liveness)
            {
                belief.Since = clock;
                changes.Add(new LivenessChange(claim.Member, before, claim.Liveness, claim.Incarnation, claim.By));
            }
        }
        else if (claim.Liveness == Liveness.Suspect && claim.Incarnation == belief.Claim.Incarnation && belief.Suspicion?.Confirm(claim.By) == true)
        {
            news.Add(claim);
        }
    }

    /// <summary>This member could not reach another.</summary>
    public void Accuse(MemberId member, TimeSpan clock, List<LivenessChange> changes)
    {
        if (_others.TryGetValue(member, out Belief? belief) && belief.Claim.Liveness != Liveness.Dead)
        {
            Liveness accusation = plant == DetectorPlant.NoSuspicion ? Liveness.Dead : Liveness.Suspect;
            Take(new LivenessClaim(member, accusation, belief.Claim.Incarnation, self), clock, changes);
        }
    }

    /// <summary>Suspects whose time is over are dead.</summary>
    public void Expire(TimeSpan clock, int multiplier, List<LivenessChange> changes)
    {
        foreach (Belief belief in _others.Values.Where(belief => belief.Suspicion?.IsOver(clock, multiplier) == true).ToList())
        {
            Take(new LivenessClaim(belief.Claim.Member, Liveness.Dead, belief.Claim.Incarnation, self), clock, changes);
        }
    }

    // A cluster of two has nobody to confirm: nobody is waited for.
    private Suspicion NewSuspicion(MemberId accuser, TimeSpan clock) =>
        new(clock, settings.SuspicionMost(Members), Math.Clamp(Members - 2, 0, settings.Relays), accuser);

    private sealed class Belief(LivenessClaim claim, TimeSpan since)
    {
        public LivenessClaim Claim { get; set; } = claim;

        public TimeSpan Since { get; set; } = since;

        public Suspicion? Suspicion { get; set; }

        public TimeSpan? RoundTrip { get; set; }
    }
}
