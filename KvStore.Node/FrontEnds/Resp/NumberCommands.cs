using KvStore.Node.Registers;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Commands on strings that are numbers. Integers are incremented by the registers themselves.</summary>
internal static class NumberCommands
{
    private const string Group = "string";
    private const string Write = "write denyoom fast";

    public static IReadOnlyList<RespCommand> All { get; } =
    [
        new("incr", 2, Write, KeyPlaces.One, Group, "1.0.0", "Increments the integer value of a key by one. Uses 0 as initial value if the key doesn't exist.") { Single = static _ => Add(1) },
        new("decr", 2, Write, KeyPlaces.One, Group, "1.0.0", "Decrements the integer value of a key by one. Uses 0 as initial value if the key doesn't exist.") { Single = static _ => Add(-1) },
        new("incrby", 3, Write, KeyPlaces.One, Group, "1.0.0", "Increments the integer value of a key by a number. Uses 0 as initial value if the key doesn't exist.") { Single = IncrementBy },
        new("decrby", 3, Write, KeyPlaces.One, Group, "1.0.0", "Decrements a number from the integer value of a key. Uses 0 as initial value if the key doesn't exist.") { Single = DecrementBy },
        new("incrbyfloat", 3, Write, KeyPlaces.One, Group, "2.6.0", "Increments the floating point value of a key by a number. Uses 0 as initial value if the key doesn't exist.") { InSteps = AddFloatAsync },
    ];

    private static SingleOperation IncrementBy(RespCall call) =>
        RespNumber.TryParse(call.Arguments[2], out long by) ? Add(by) : SingleOperation.Refused(RespError.NotInteger);

    private static SingleOperation DecrementBy(RespCall call) =>
        !RespNumber.TryParse(call.Arguments[2], out long by) ? SingleOperation.Refused(RespError.NotInteger)
        : by == long.MinValue ? SingleOperation.Refused(RespReply.Error("ERR decrement would overflow"))
        : Add(-by);

    private static SingleOperation Add(long by) => SingleOperation.Of(Change.Increment(by), static result => result.Outcome switch
    {
        ChangeOutcome.Applied => RespReply.Integer(result.Number),
        _ when new StoredValue(result.State).IsHash => RespError.WrongType,
        _ => RespNumber.TryParse(new StoredValue(result.State).Bytes.Span, out _) ? RespError.Overflow : RespError.NotInteger,
    });

    private static ValueTask<RespReply> AddFloatAsync(RespCall call)
    {
        byte[] by = call.Arguments[2];
        if (!RespNumber.TryParseFloat(by, out _))
        {
            return ValueTask.FromResult(RespError.NotFloat);
        }

        return Rewriting.RunAsync(call, call.Key, found =>
        {
            if (found.IsHash)
            {
                return Rewrite.Keep(RespError.WrongType);
            }

            byte[]? sum = RespNumber.Sum(found.Exists ? found.Bytes.Span : "0"u8, by);
            return sum is null ? Rewrite.Keep(RespError.NotFloat) : Rewrite.Put(sum, found.ExpiresAt, RespReply.Bulk(sum));
        });
    }
}
