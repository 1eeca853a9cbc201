using KvStore.Node.Ring;

namespace KvStore.Node.Membership;

/// <summary>The probe under way: one ping, then relays, until its interval is over.</summary>
internal sealed class Probe(MemberId target, uint sequence, TimeSpan began, TimeSpan asksAt, TimeSpan endsAt)
{
    public MemberId Target => target;

    public uint Sequence => sequence;

    public TimeSpan Began => began;

    /// <summary>When others are asked, if it was not answered.</summary>
    public TimeSpan AsksAt => asksAt;

    public TimeSpan EndsAt => endsAt;

    public bool IsAnswered { get; set; }

    /// <summary>Null until they were asked.</summary>
    public int? RelaysAsked { get; set; }

    /// <summary>Relays that said they heard nothing either.</summary>
    public HashSet<MemberId> Nacks { get; } = [];
}
