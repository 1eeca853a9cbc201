using KvStore.Node.Coordination;
using KvStore.Node.Registers;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>A batch of a simulated client, who is told of each item as it is answered.</summary>
internal sealed class SimulatedBatch(Action<int, OperationResult> answered) : OperationBatch
{
    private readonly TaskCompletionSource _completed = new();

    /// <summary>Done when every item is answered.</summary>
    public Task Completion => _completed.Task;

    protected override void OnRead(int lane, int item, in RegisterView found) => answered(item, OperationResult.Committed(new ChangeResult(
        ChangeOutcome.Unchanged,
        found.Version.IsNone ? null : new RegisterState
        {
            Kind = found.HasValue ? RegisterKind.Value : RegisterKind.Tombstone,
            Value = found.Value.ToArray(),
            Version = found.Version,
        },
        found.HasValue)));

    protected override void OnPut(int item, StateVersion version) => answered(item, OperationResult.Committed(
        new ChangeResult(ChangeOutcome.Applied, new RegisterState { Kind = RegisterKind.Value, Value = this[item].Value, Version = version }, false)));

    protected override void OnFailed(int item) => answered(item, ResultOf(item));

    protected override void Completed() => _completed.SetResult();
}
