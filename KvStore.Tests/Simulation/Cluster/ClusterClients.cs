using System.Globalization;
using System.Text;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>
/// The clients of a run: each sends one burst of operations after the other to some member, as users do, and writes down what
/// it was told and when. An answer that does not come within the client's patience is an unknown outcome.
/// </summary>
internal sealed class ClusterClients
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(1_500);

    /// <summary>Beyond the timeout, for the answer to arrive.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly SimulatedCluster _cluster;
    private readonly SeededRandom _random;
    private readonly SeededRandom _together;
    private readonly SimulatedTime _time;
    private readonly Key[] _registers;
    private readonly Key[] _counters;
    private readonly Dictionary<Key, StateVersion> _lastSeen = [];
    private readonly Dictionary<Key, SimulatedMember> _preferred = [];
    private int _issued;
    private int _values;
    private int _running;

    public ClusterClients(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _random = cluster.Streams.Workload;
        _together = cluster.Streams.Of("batches");
        _time = new SimulatedTime(cluster.Scheduler.World, new SimulatedClock(cluster.Scheduler));
        string tag = cluster.Shape.SharesSlot ? "{s}" : "";
        _registers = [.. Enumerable.Range(0, cluster.Shape.Keys).Select(i => KeyOf($"{tag}r{i}"))];
        _counters = [KeyOf($"{tag}c0")];
    }

    public List<ClientOperation> History { get; } = [];

    public int InFlight { get; private set; }

    public bool IsDone => _running == 0;

    public IEnumerable<Key> Keys => _registers.Concat(_counters);

    public void Start()
    {
        for (int client = 0; client < _cluster.Shape.Clients; client++)
        {
            _running++;
            _cluster.Scheduler.World.Run(RunClientAsync);
        }
    }

    /// <summary>Writes until that succeeds, and then reads, for the checks after healing.</summary>
    /// <param name="level">Of the read; the write asks for a quorum.</param>
    /// <returns>What did not succeed by the deadline of virtual time; null if everything did.</returns>
    public async Task<string?> WriteAndReadAsync(Key key, SimulatedMember member, Consistency level, TimeSpan deadline)
    {
        bool written = await UntilAnsweredAsync(
            key, member, () => _counters.Contains(key) ? Change.Increment(1) : Change.Put(UniqueValue()), Consistency.Quorum, deadline);
        bool read = written && await UntilAnsweredAsync(key, member, () => Change.Identity, level, deadline);
        return read ? null : written ? $"read at {level}" : "written";
    }

    /// <summary>About half of the keys that may be deleted.</summary>
    public IReadOnlyList<Key> DrawKeysToDelete() => [.. _registers.Where(_ => _random.Next(2) == 0)];

    public Task<bool> DeleteAsync(Key key, SimulatedMember member, TimeSpan deadline) =>
        UntilAnsweredAsync(key, member, Change.Delete, Consistency.Quorum, deadline);

    private async Task<bool> UntilAnsweredAsync(Key key, SimulatedMember member, Func<Change> change, Consistency level, TimeSpan deadline)
    {
        while (_cluster.Scheduler.Now < deadline)
        {
            if (member.IsServing)
            {
                ClientOperation operation = await ExecuteAsync(member, key, change(), level, Task.Delay(Timeout + Patience, _time));
                if (operation.Result is { Outcome: OperationOutcome.Committed })
                {
                    return true;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), _time);
        }

        return false;
    }

    private async Task RunClientAsync()
    {
        int pauseMax = (int)_cluster.Shape.PauseMax.TotalMicroseconds;
        while (_cluster.Shape.Changes > 0 ? !_cluster.Decided.HasMadeChanges : _issued < _cluster.Shape.Operations)
        {
            await Task.Delay(TimeSpan.FromMicroseconds(_random.Next(200, _random.Next(5) == 0 ? pauseMax : pauseMax * 2 / 15)), _time);
            Key key = DrawKey();
            SimulatedMember member = DrawMember(key);
            if (member.IsServing)
            {
                await (_cluster.Shape.UsesBatches && _together.Next(3) == 0 ? BatchAsync(member) : BurstAsync(member, key));
            }
        }

        _running--;
    }

    /// <summary>Some operations at once, as a busy front end has them: mostly on one key, where they share rounds.</summary>
    private async Task BurstAsync(SimulatedMember member, Key key)
    {
        int count = _random.Next(1, _cluster.Shape.BurstMax + 1);
        Consistency level = DrawLevel();
        List<Task<ClientOperation>> operations = [];
        Task patience = Task.Delay(Timeout + Patience, _time);
        for (int i = 0; i < count; i++)
        {
            _issued++;
            key = _random.Next(6) == 0 ? DrawKey() : key;
            Change change = _counters.Contains(key) ? DrawCount() : DrawChange(key);
            bool lazy = _cluster.Shape.UsesLevelOne && change.IsUnconditional && _random.Next(12) == 0;
            operations.Add(ExecuteAsync(member, key, change, lazy ? Consistency.One : _random.Next(8) == 0 ? DrawLevel() : level, patience));
        }

        foreach (Task<ClientOperation> operation in operations)
        {
            await operation;
        }
    }

    /// <summary>Reads and puts that are submitted together, as those of a pipelining connection are: nothing orders them.</summary>
    private async Task BatchAsync(SimulatedMember member)
    {
        List<ClientOperation> operations = [];
        SimulatedBatch batch = new((item, result) => Finish(operations[item], result));
        foreach (Key key in Keys.Where(_ => _together.Next(2) == 0))
        {
            bool isPut = !_counters.Contains(key) && _together.Next(2) == 0;
            Change change = isPut ? Change.Put(UniqueValue()) : Change.Identity;
            batch.Add(key, isPut ? change.Value.ToArray() : null);
            operations.Add(new ClientOperation(History.Count, member.Name, key, change, Consistency.Quorum, _cluster.Scheduler.Now));
            History.Add(operations[^1]);
            _issued++;
        }

        if (operations.Count == 0)
        {
            return;
        }

        InFlight++;
        if (member.Member!.Coordinator.TryExecute(batch, Consistency.Quorum, Timeout, out OperationFailure refusal))
        {
            await Task.WhenAny(batch.Completion, Task.Delay(Timeout + Patience, _time));
        }
        else
        {
            operations.ForEach(operation => Finish(operation, OperationResult.NotApplied(refusal)));
        }

        InFlight--;
    }

    private void Finish(ClientOperation operation, in OperationResult result)
    {
        operation.Finish(_cluster.Scheduler.Now, result);
        _cluster.Scheduler.Record([operation.Number, (long)operation.Outcome, result.Change.Version.Ballot.Counter], operation.Describe);
    }

    private Key DrawKey() => _random.Next(4) == 0 ? _counters[0] : _registers[_random.Next(_registers.Length)];

    private SimulatedMember DrawMember(Key key)
    {
        bool isLoyal = _random.Chance(_cluster.Shape.Loyalty);
        if (!isLoyal || !_preferred.TryGetValue(key, out SimulatedMember? member) || !member.IsServing)
        {
            IReadOnlyList<SimulatedMember> present = _cluster.Present;
            member = present[_random.Next(present.Count)];
        }

        if (isLoyal)
        {
            _preferred[key] = member;
        }

        return member;
    }

    private Consistency DrawLevel() => _random.Next(16) switch
    {
        0 => Consistency.All,
        1 => Consistency.Of(2),
        2 => Consistency.Of(3),
        _ => Consistency.Quorum,
    };

    private Change DrawCount() => _random.Next(10) < 6 ? Change.Increment(1) : Change.Identity;

    private Change DrawChange(Key key)
    {
        int draw = _random.Next(100);
        Change put = Change.Put(UniqueValue());
        return draw switch
        {
            < 30 => put,
            < 40 => Change.Delete(),
            < 60 when _lastSeen.TryGetValue(key, out StateVersion seen) && !seen.IsNone =>
                put with { Condition = ConditionKind.Version, Expected = seen },
            < 64 => put with { Condition = ConditionKind.Absent },
            _ => Change.Identity,
        };
    }

    private byte[] UniqueValue() => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"v{++_values}"));

    private async Task<ClientOperation> ExecuteAsync(SimulatedMember member, Key key, Change change, Consistency level, Task patience)
    {
        ClientOperation operation = new(History.Count, member.Name, key, change, level, _cluster.Scheduler.Now);
        History.Add(operation);
        InFlight++;
        Task<OperationResult> answer = AskAsync(member, key, change, level);
        await Task.WhenAny(answer, patience);
        InFlight--;
        if (answer.IsCompleted)
        {
            OperationResult result = await answer;
            operation.Finish(_cluster.Scheduler.Now, result);
            if (result.Outcome == OperationOutcome.Committed)
            {
                _lastSeen[key] = result.Change.Version;
            }
        }

        _cluster.Scheduler.Record(
            [operation.Number, (long)operation.Outcome, operation.Result?.Change.Version.Ballot.Counter ?? 0], operation.Describe);
        return operation;
    }

    /// <summary>Awaits in this context; <see cref="ValueTask{TResult}.AsTask"/> would not, and leave the simulation.</summary>
    private static async Task<OperationResult> AskAsync(SimulatedMember member, Key key, Change change, Consistency level) =>
        await member.Member!.Coordinator.ExecuteAsync(key, change, level, Timeout, CancellationToken.None);

    private static Key KeyOf(string text) => new(Encoding.ASCII.GetBytes(text));
}
