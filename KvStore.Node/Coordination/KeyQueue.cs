namespace KvStore.Node.Coordination;

/// <summary>The operations of one key that are not answered yet, in the order they came; a round takes them from its head.</summary>
internal sealed class KeyQueue
{
    /// <summary>Operations in one round, at most.</summary>
    public const int BatchMax = 512;

    /// <summary>Operations that wait for one key, at most; the next is refused as Overloaded.</summary>
    public const int WaitingMax = 16_384;

    /// <summary>An operation of which nothing has left is refused when its replicas could not be reached for this long.</summary>
    public const int PatienceMilliseconds = 1_000;

    private readonly List<Operation> _waiting = [];

    public bool IsEmpty => _waiting.Count == 0;

    public IReadOnlyList<Operation> Waiting => _waiting;

    public bool TryAdd(Operation operation)
    {
        if (_waiting.Count >= WaitingMax)
        {
            return false;
        }

        _waiting.Add(operation);
        return true;
    }

    /// <summary>Replicas that the operation at the head asks for, and with it the round that takes it.</summary>
    public int Needed(int replication) => _waiting[0].Level.Needed(replication);

    /// <summary>The operations at the head that ask for the same number of replicas: one round serves one number. They stay queued.</summary>
    public Operation[] Seal(int replication)
    {
        int needed = Needed(replication);
        int count = 1;
        while (count < _waiting.Count && count < BatchMax && _waiting[count].Level.Needed(replication) == needed)
        {
            count++;
        }

        Operation[] batch = new Operation[count];
        _waiting.CopyTo(0, batch, 0, count);
        foreach (Operation operation in batch)
        {
            operation.Rounds++;
        }

        return batch;
    }

    /// <summary>Answers operations whose time is over, and those whose replicas are out of reach for long.</summary>
    /// <param name="obstacle">Why the last round came to nothing; <see cref="OperationFailure.Deadline"/> where another try may well succeed.</param>
    /// <returns>How many have run out of time before anything was sent for them.</returns>
    public int DropOverdue(long now, OperationFailure obstacle)
    {
        int expired = 0;
        foreach (Operation operation in _waiting)
        {
            bool hopeless = obstacle != OperationFailure.Deadline && !operation.WasSent && now - operation.Submitted >= PatienceMilliseconds;
            if (!operation.IsAnswered && (now >= operation.Deadline || hopeless))
            {
                expired += now >= operation.Deadline && operation is { WasSent: false, Rounds: 0 } ? 1 : 0;
                operation.Fail(obstacle);
            }
        }

        DropAnswered();
        return expired;
    }

    public void DropAnswered() => _waiting.RemoveAll(operation => operation.IsAnswered);

    public void FailAll(OperationFailure failure)
    {
        foreach (Operation operation in _waiting.ToArray())
        {
            operation.Fail(failure);
        }

        _waiting.Clear();
    }

    /// <summary>When a round that begins now is given up: when the first of its operations must be answered, or sooner.</summary>
    public long DueOfRound(long now)
    {
        long due = now + KeyRounds.RoundMilliseconds;
        foreach (Operation operation in _waiting)
        {
            due = Math.Min(due, operation.Deadline);
        }

        return Math.Max(due, now + 1);
    }
}
