namespace KvStore.Node.Coordination;

/// <summary>Asks a lane what was asked of its slots.</summary>
internal sealed class TrafficInquiry
{
    private readonly TaskCompletionSource<LaneTrafficReport> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<LaneTrafficReport> Completion => _done.Task;

    public void Answer(LaneScope lane) => _done.TrySetResult(lane.Traffic.Report(lane.Now));
}
