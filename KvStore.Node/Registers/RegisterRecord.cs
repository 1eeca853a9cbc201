namespace KvStore.Node.Registers;

/// <summary>What a replica has accepted for a key: a ballot and the state it names. The default is "no record" (absent).</summary>
internal readonly record struct RegisterRecord(Ballot Ballot, RegisterState? State)
{
    public static readonly RegisterRecord Absent = default;

    public bool IsAbsent => State is null;

    public bool HasValue => State is { HasValue: true };

    public override string ToString() => State is null
        ? "absent"
        : $"{Ballot} {State.Kind} v{State.Version} {State.Value.Length}B";
}
