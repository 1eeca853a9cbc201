using KvStore.Node.Coordination;
using KvStore.Tests.ServiceDefaults;
using Xunit;

namespace KvStore.Tests.Coordination;

public sealed class RequestTrailTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ManualTime _time = new();
    private readonly RequestTrail _trail;

    public RequestTrailTests() => _trail = new RequestTrail(_time);

    [Fact]
    public async Task It_ends_with_the_answer_if_nothing_is_awaited_after_it()
    {
        _trail.Add(TrailEventKind.Asked, "read", "node1");
        _trail.Answered();

        Assert.Equal([TrailEventKind.Asked, TrailEventKind.Answered], await ToldAsync());
    }

    [Fact]
    public async Task It_goes_on_until_nobody_waits_for_late_replicas_any_more()
    {
        _trail.AwaitLate();
        _trail.Answered();
        await using IAsyncEnumerator<TrailEvent> told = _trail.ReadAsync(_cancellation).GetAsyncEnumerator(_cancellation);
        Assert.Equal(TrailEventKind.Answered, await NextAsync(told));
        Task<TrailEventKind?> late = NextAsync(told);
        Assert.False(late.IsCompleted);

        _trail.Add(TrailEventKind.AcceptedLate, "accept", "node3");
        Assert.Equal(TrailEventKind.AcceptedLate, await late);
        Task<TrailEventKind?> end = NextAsync(told);
        Assert.False(end.IsCompleted);

        _trail.EndLate();
        Assert.Null(await end);
    }

    [Fact]
    public async Task Late_replicas_that_are_not_awaited_any_more_before_the_answer_end_nothing()
    {
        _trail.AwaitLate();
        _trail.EndLate();
        await using IAsyncEnumerator<TrailEvent> told = _trail.ReadAsync(_cancellation).GetAsyncEnumerator(_cancellation);
        Task<TrailEventKind?> answered = NextAsync(told);
        Assert.False(answered.IsCompleted);

        _trail.Answered();

        Assert.Equal(TrailEventKind.Answered, await answered);
        Assert.Null(await NextAsync(told));
    }

    [Fact]
    public async Task It_ends_some_time_after_the_answer_though_more_is_awaited()
    {
        _trail.AwaitLate();
        _trail.Answered();
        Task<List<TrailEventKind>> told = ToldAsync();

        _time.Advance(RequestTrail.LateMax - TimeSpan.FromMilliseconds(1));
        Assert.False(told.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([TrailEventKind.Answered], await told);
    }

    [Fact]
    public async Task A_reader_that_comes_after_that_time_is_told_what_happened_before_it()
    {
        _trail.AwaitLate();
        _trail.Answered();
        await using IAsyncEnumerator<TrailEvent> told = _trail.ReadAsync(_cancellation).GetAsyncEnumerator(_cancellation);
        Assert.Equal(TrailEventKind.Answered, await NextAsync(told));

        _trail.Add(TrailEventKind.Hinted, "accept", "node3");
        _time.Advance(RequestTrail.LateMax);

        Assert.Equal(TrailEventKind.Hinted, await NextAsync(told));
        Assert.Null(await NextAsync(told));
    }

    [Fact]
    public async Task A_reader_that_is_gone_is_told_nothing_more()
    {
        using CancellationTokenSource gone = new();
        await using IAsyncEnumerator<TrailEvent> told = _trail.ReadAsync(gone.Token).GetAsyncEnumerator(_cancellation);
        Task<TrailEventKind?> next = NextAsync(told);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task What_nobody_reads_takes_bounded_room_and_the_answer_always_has_some()
    {
        for (int i = 0; i < RequestTrail.EventsMax + 10; i++)
        {
            _trail.Add(TrailEventKind.Asked);
        }

        _trail.Answered();

        List<TrailEventKind> told = await ToldAsync();
        Assert.Equal(RequestTrail.EventsMax + 1, told.Count);
        Assert.Equal(TrailEventKind.Answered, told[^1]);
    }

    private static async Task<TrailEventKind?> NextAsync(IAsyncEnumerator<TrailEvent> told) =>
        await told.MoveNextAsync() ? told.Current.Kind : null;

    private async Task<List<TrailEventKind>> ToldAsync()
    {
        List<TrailEventKind> kinds = [];
        await foreach (TrailEvent happened in _trail.ReadAsync(_cancellation))
        {
            kinds.Add(happened.Kind);
        }

        return kinds;
    }
}
