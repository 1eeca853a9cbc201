using KvStore.Node.Registers;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>What a command makes of what it found: another value, no value, or the same; and what it answers then.</summary>
internal readonly record struct Rewrite(ChangeKind Kind, ReadOnlyMemory<byte> Value, long ExpiresAt, RespReply Reply)
{
    /// <summary>Leaves the key as it is.</summary>
    public static Rewrite Keep(RespReply reply) => new(ChangeKind.Identity, default, default, reply);

    /// <param name="expiresAt">Unix milliseconds, or <see cref="RegisterState.Never"/>.</param>
    public static Rewrite Put(ReadOnlyMemory<byte> value, long expiresAt, RespReply reply) => new(ChangeKind.Put, value, expiresAt, reply);

    public static Rewrite Delete(RespReply reply) => new(ChangeKind.Delete, default, default, reply);

    /// <summary>The change that does it, if the key is still as it was found.</summary>
    public Change ChangeOf(RegisterState? found)
    {
        Change change = Kind == ChangeKind.Put ? Change.Put(Value) with { ExpiresAt = ExpiresAt } : Change.Delete();
        return found is { HasValue: true }
            ? change with { Condition = ConditionKind.Version, Expected = found.Version }
            : change with { Condition = ConditionKind.Absent };
    }
}
