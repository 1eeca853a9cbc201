using KvStore.Client;
using KvStore.Web.Follow;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class FollowRunTests
{
    private static readonly FollowBegun Begun = new(7, 0, 1, "node2", ["node1", "node2", "node3"], 2, "abc");

    [Fact]
    public void Acks_fill_up_to_the_level_and_late_ones_come_after_the_answer()
    {
        FollowRun run = Run(
            ("phase-begun", "prepare", "", ""), ("asked", "prepare", "node1", ""), ("replied", "prepare", "node1", "Promised"), ("phase-over", "prepare", "", ""),
            ("phase-begun", "accept", "", ""), ("asked", "accept", "node1", ""), ("asked", "accept", "node2", ""), ("asked", "accept", "node3", ""),
            ("replied", "accept", "node2", "Accepted"), ("replied", "accept", "node1", "Accepted"), ("phase-over", "accept", "", ""),
            ("answered", "", "", ""), ("accepted-late", "accept", "node3", ""));

        Assert.Equal([0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 2, 2, 2, 3], Enumerable.Range(0, run.Events.Length + 1).Select(step => run.At(step)!.Acks));
        Assert.Equal("node1 Yes, node2 Yes, node3 Late", Marks(run.At(run.Events.Length)!));
        Assert.Equal("node1 Asked, node2 Asked, node3 Asked", Marks(run.At(8)!));
        Assert.Equal(["", "prepare 1", "accept 1"], new[] { 0, 3, 9 }.Select(step => run.At(step)!).Select(frame => frame.Round == 0 ? "" : $"{frame.Phase} {frame.Round}"));
        Assert.Null(run.At(11)!.Answer);
        Assert.NotNull(run.At(12)!.Answer);
    }

    [Fact]
    public void A_refusal_an_unreachable_replica_and_a_hint_look_different()
    {
        FollowRun run = Run(
            ("phase-begun", "accept", "", ""), ("asked", "accept", "node1", ""), ("unreachable", "accept", "node3", ""),
            ("replied", "accept", "node1", "Conflict"), ("hinted", "accept", "node3", ""));
        Assert.Equal("node1 Asked, node2 None, node3 Unreachable", Marks(run.At(3)!));
        Assert.Equal("node1 No, node2 None, node3 Hinted", Marks(run.At(5)!));
        Assert.Equal(0, run.At(5)!.Acks);
    }

    [Fact]
    public void A_second_round_begins_with_its_own_acks()
    {
        FollowRun run = Run(
            ("phase-begun", "prepare", "", ""), ("replied", "prepare", "node1", "Promised"), ("phase-over", "prepare", "", ""), ("phase-begun", "prepare", "", ""));
        Assert.Equal((2, 0), (run.At(4)!.Round, run.At(4)!.Acks));
    }

    [Fact]
    public void A_reply_took_the_time_since_its_own_question()
    {
        FollowRun run = Run(("asked", "prepare", "node1", ""), ("asked", "accept", "node1", ""), ("asked", "accept", "node3", ""), ("replied", "accept", "node1", "Accepted"));
        Assert.Equal(TimeSpan.FromMilliseconds(2), run.Took(3));
        Assert.Null(run.Took(2));
    }

    [Fact]
    public void A_request_that_tries_on_and_on_takes_bounded_room()
    {
        FollowRun run = Run([.. Enumerable.Repeat(("asked", "prepare", "node1", ""), FollowRun.EventsMax + 5)]);
        Assert.Equal(FollowRun.EventsMax, run.Events.Length);
    }

    [Fact]
    public void Every_kind_of_event_has_a_sentence()
    {
        string[] kinds =
        [
            "phase-begun", "asked", "hedged", "probed", "replied", "unreachable", "hedge-won", "phase-over", "handed-over", "answered", "accepted-late",
            "hinted", "taught",
        ];
        Assert.All(kinds, kind => Assert.EndsWith(".", FollowWords.Of(new FollowEvent(default, kind, "read", "node1", "Read")), StringComparison.Ordinal));
        Assert.Equal("new-kind", FollowWords.Of(new FollowEvent(default, "new-kind", "", "", "")));
    }

    private static string Marks(FollowFrame frame) => string.Join(", ", frame.Marks.Select(pair => $"{pair.Key} {pair.Value}"));

    private static FollowRun Run(params (string Kind, string Phase, string Member, string Reply)[] events) => events
        .Select((happened, index) => new FollowEvent(TimeSpan.FromMilliseconds(index), happened.Kind, happened.Phase, happened.Member, happened.Reply)
        {
            Answer = happened.Kind == "answered" ? new FollowAnswer(Done: true, IsUnknown: false, "", "1-1-0-1", 0) : null,
        })
        .Aggregate(FollowRun.Of("put").With(new FollowEvent(default, "begun", "", "", "") { Begun = Begun }), (run, happened) => run.With(happened));
}
