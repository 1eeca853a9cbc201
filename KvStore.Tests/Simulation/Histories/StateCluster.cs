namespace KvStore.Tests.Simulation.Histories;

/// <summary>One state of a key: who made it, who saw it, and from when to when it must have been there.</summary>
internal sealed class StateCluster(UInt128 version, string? value)
{
    private readonly List<OperationRecord> _readers = [];

    public UInt128 Version => version;

    /// <summary>Null: nothing is there.</summary>
    public string? Value => value;

    /// <summary>Null for the state before the first write, and for one whose maker is yet to be found.</summary>
    public OperationRecord? Writer { get; private set; }

    public IReadOnlyList<OperationRecord> Readers => _readers;

    /// <summary>The state that replaced this one because this one was there.</summary>
    public StateCluster? Successor { get; set; }

    /// <summary>The state that had to be there when this one was made.</summary>
    public StateCluster? Predecessor { get; set; }

    /// <summary>The end of the first of its operations: by then it must have been there.</summary>
    public long LeastFinish { get; private set; } = version == OperationRecord.NoVersion ? long.MinValue : long.MaxValue;

    /// <summary>The start of the last of its operations: it must still have been there then.</summary>
    public long GreatestStart { get; private set; } = long.MinValue;

    public IEnumerable<OperationRecord> Operations => Writer is null ? _readers : _readers.Prepend(Writer);

    /// <summary>Did a read end before the write began?</summary>
    public bool IsSeenTooEarly => Writer is { } writer && _readers.Exists(reader => reader.Finish < writer.Start);

    public void IsMadeBy(OperationRecord operation)
    {
        Writer = operation;
        Count(operation);
    }

    public void IsSeenBy(OperationRecord operation)
    {
        _readers.Add(operation);
        Count(operation);
    }

    private void Count(OperationRecord operation)
    {
        LeastFinish = Math.Min(LeastFinish, operation.Deadline);
        GreatestStart = Math.Max(GreatestStart, operation.Start);
    }
}
