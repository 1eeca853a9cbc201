using System.Collections.Immutable;
using KvStore.Client;

namespace KvStore.Web.Follow;

/// <summary>How a request stands after some of its events: what the ring shows. Immutable.</summary>
/// <param name="Round">Phases begun before it by reads and prepares, from 1; 0 before the first.</param>
/// <param name="Phase">"read", "prepare" or "accept"; empty before the first.</param>
/// <param name="Marks">Of every owner, by name.</param>
/// <param name="Now">What has happened last; null at the beginning.</param>
/// <param name="Answer">Null until it is answered.</param>
public sealed record FollowFrame(
    FollowBegun Begun,
    int Round,
    string Phase,
    ImmutableSortedDictionary<string, FollowMark> Marks,
    FollowEvent? Now,
    FollowAnswer? Answer)
{
    /// <summary>Owners that said what was asked for, in this phase.</summary>
    public int Acks => Marks.Values.Count(mark => mark is FollowMark.Yes or FollowMark.Late);

    public static FollowFrame Of(FollowBegun begun) => new(
        begun,
        Round: 0,
        Phase: "",
        begun.Owners.Distinct().ToImmutableSortedDictionary(owner => owner, _ => FollowMark.None, StringComparer.Ordinal),
        Now: null,
        Answer: null);

    /// <summary>As it stands when this has happened too.</summary>
    public FollowFrame After(FollowEvent happened)
    {
        FollowFrame next = this with { Now = happened, Answer = happened.Answer ?? Answer };
        return happened.Kind switch
        {
            "phase-begun" => next with
            {
                Phase = happened.Phase,
                Round = happened.Phase == "accept" ? Math.Max(1, Round) : Round + 1,
                Marks = Marks.ToImmutableSortedDictionary(pair => pair.Key, _ => FollowMark.None, StringComparer.Ordinal),
            },
            "asked" or "hedged" or "probed" => next.Marked(happened.Member, FollowMark.Asked),
            "replied" => next.Marked(happened.Member, IsYes(happened.Reply) ? FollowMark.Yes : FollowMark.No),
            "unreachable" => next.Marked(happened.Member, FollowMark.Unreachable),
            "accepted-late" => next.Marked(happened.Member, FollowMark.Late),
            "hinted" => next.Marked(happened.Member, FollowMark.Hinted),
            "taught" => next.Marked(happened.Member, FollowMark.Taught),
            _ => next,
        };
    }

    public static bool IsYes(string reply) => reply is "Promised" or "Accepted" or "Read";

    private FollowFrame Marked(string member, FollowMark mark) =>
        Marks.ContainsKey(member) ? this with { Marks = Marks.SetItem(member, mark) } : this;
}
