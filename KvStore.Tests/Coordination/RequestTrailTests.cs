using KvStore.Node.Coordination;
using Xunit;

namespace KvStore.Tests.Coordination;

public sealed class RequestTrailTests
{
    private readonly RequestTrail _trail = new(TimeProvider.System);

    [Fact]
    public void It_ends_with_the_answer_if_nothing_is_awaited_after_it()
    {
        _trail.Add(TrailEventKind.Asked, "read", "node1");
        _trail.Answered();

        Assert.Equal([TrailEventKind.Asked, TrailEventKind.Answered], Told());
        Assert.True(_trail.Events.Completion.IsCompleted);
    }

    [Fact]
    public void It_goes_on_until_nobody_waits_for_late_replicas_any_more()
    {
        _trail.AwaitLate();
        _trail.Answered();
        _trail.Add(TrailEventKind.AcceptedLate, "accept", "node3");
        Assert.Equal([TrailEventKind.Answered, TrailEventKind.AcceptedLate], Told());
        Assert.False(_trail.Events.Completion.IsCompleted);

        _trail.EndLate();

        Assert.True(_trail.Events.Completion.IsCompleted);
    }

    [Fact]
    public void Late_replicas_that_are_not_awaited_any_more_before_the_answer_end_nothing()
    {
        _trail.AwaitLate();
        _trail.EndLate();
        Assert.False(_trail.Events.Completion.IsCompleted);

        _trail.Answered();

        Assert.Equal([TrailEventKind.Answered], Told());
        Assert.True(_trail.Events.Completion.IsCompleted);
    }

    [Fact]
    public void What_nobody_reads_takes_bounded_room()
    {
        for (int i = 0; i < RequestTrail.EventsMax + 10; i++)
        {
            _trail.Add(TrailEventKind.Asked);
        }

        Assert.Equal(RequestTrail.EventsMax, Told().Count);
    }

    private List<TrailEventKind> Told()
    {
        List<TrailEventKind> kinds = [];
        while (_trail.Events.TryRead(out TrailEvent happened))
        {
            kinds.Add(happened.Kind);
        }

        return kinds;
    }
}
