using KvStore.Client;
using KvStore.Web.Display;

namespace KvStore.Web.Follow;

/// <summary>What happens to a request, in sentences.</summary>
public static class FollowWords
{
    /// <param name="happened">Not the first event.</param>
    public static string Of(FollowEvent happened) => happened.Kind switch
    {
        "phase-begun" => happened.Phase switch
        {
            "read" => "Asks what the best-ranked replicas hold.",
            "prepare" => "A round begins: asks for promises.",
            "accept" => "Asks all replicas to accept.",
            _ => $"Phase {happened.Phase} begins.",
        },
        "asked" => $"Request to {happened.Member}.",
        "hedged" => $"The answers take long: {happened.Member} is asked as well (a hedge).",
        "probed" => $"{happened.Member} is asked as well, to see whether it has become quick again.",
        "replied" => $"{happened.Member} {ReplyOf(happened.Reply)}.",
        "unreachable" => $"{happened.Member} cannot be reached.",
        "hedge-won" => "The hedge's answer settled it.",
        "phase-over" => $"The {happened.Phase} phase is over.",
        "handed-over" => $"Handed over to {happened.Member}, the key's first owner that is alive, because the key is in contention: what happens there is not seen here.",
        "answered" => AnswerOf(happened.Answer),
        "accepted-late" => $"{happened.Member} has accepted as well, after the answer.",
        "hinted" => $"{happened.Member} stays silent: the record is kept for it as a hint.",
        "taught" => $"{happened.Member} was behind: it is sent what was read (a repair).",
        _ => happened.Kind,
    };

    public static string AnswerOf(FollowAnswer? answer) => answer switch
    {
        null => "Answered.",
        { Done: true, Text.Length: > 0 } => $"Answered: {answer.Text}",
        { Done: true, ValueLength: > 0 } => $"Answered: {Figures.Bytes(answer.ValueLength)}, version {answer.Version}.",
        { Done: true } => $"Answered: version {answer.Version}.",
        _ => $"Not done: {answer.Text}",
    };

    /// <summary>What a mark on the ring means.</summary>
    public static string Of(FollowMark mark) => mark switch
    {
        FollowMark.None => "not asked",
        FollowMark.Asked => "asked",
        FollowMark.Yes => "answered",
        FollowMark.No => "refused",
        FollowMark.Unreachable => "unreachable",
        FollowMark.Late => "answered late",
        FollowMark.Hinted => "silent, hint kept",
        FollowMark.Taught => "repaired",
        _ => throw new InvalidOperationException($"Unknown mark {mark}."),
    };

    private static string ReplyOf(string reply) => reply switch
    {
        "Promised" => "promises",
        "Accepted" => "has accepted, on its disk",
        "Read" => "says what it holds",
        "Conflict" => "refuses: it has promised a higher ballot to somebody else",
        "StaleEpoch" => "is in another epoch",
        "NotOwner" => "does not own the slot",
        "Overloaded" => "has too much to do",
        "StoreFailed" => "cannot write its log",
        "DiskFull" => "has no room on its disk",
        "NotVoting" => "does not vote",
        _ => $"answers {reply}",
    };
}
