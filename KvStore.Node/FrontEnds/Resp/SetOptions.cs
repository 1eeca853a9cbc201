using KvStore.Node.Registers;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>What SET is told behind its value.</summary>
/// <param name="Condition">Of NX and XX.</param>
/// <param name="ExpiresAt">Unix milliseconds, or <see cref="RegisterState.Never"/>.</param>
/// <param name="IfEqual">Of IFEQ: set only where the value is this.</param>
/// <param name="IfNotEqual">Of IFNE: set only where it is not.</param>
internal readonly record struct SetOptions(
    ConditionKind Condition, bool AnswersBefore, bool KeepsExpiry, long ExpiresAt, byte[]? IfEqual, byte[]? IfNotEqual)
{
    /// <summary>Whether one change does it.</summary>
    public bool IsSingle => !AnswersBefore && !KeepsExpiry && IfEqual is null && IfNotEqual is null;

    /// <returns>What is wrong, or null.</returns>
    public static RespReply? Read(RespCall call, out SetOptions options)
    {
        options = default;
        int conditions = 0;
        int expiries = 0;
        for (int at = 3; at < call.Count; at++)
        {
            string word = RespWord.Of(call.Arguments[at]);
            byte[]? next = at + 1 < call.Count ? call.Arguments[at + 1] : null;
            switch (word)
            {
                case "NX" or "XX":
                    conditions++;
                    options = options with { Condition = word == "NX" ? ConditionKind.Absent : ConditionKind.Present };
                    break;
                case "IFEQ" or "IFNE" when next is not null:
                    conditions++;
                    at++;
                    options = word == "IFEQ" ? options with { IfEqual = next } : options with { IfNotEqual = next };
                    break;
                case "GET":
                    options = options with { AnswersBefore = true };
                    break;
                case "KEEPTTL":
                    expiries++;
                    options = options with { KeepsExpiry = true };
                    break;
                case "EX" or "PX" or "EXAT" or "PXAT" when next is not null:
                    expiries++;
                    at++;
                    if (!ExpiryArgument.TryRead(word, next, call.Now, mayBePast: false, out long expiresAt))
                    {
                        return RespNumber.TryParse(next, out _) ? RespError.InvalidExpiry("set") : RespError.NotInteger;
                    }

                    options = options with { ExpiresAt = expiresAt };
                    break;
                default:
                    return RespError.Syntax;
            }
        }

        return conditions > 1 || expiries > 1 ? RespError.Syntax : null;
    }

    public bool Allows(StoredValue found) => Condition switch
    {
        ConditionKind.Absent => !found.Exists,
        ConditionKind.Present => found.Exists,
        _ when IfEqual is not null => found.Exists && found.Bytes.Span.SequenceEqual(IfEqual),
        _ when IfNotEqual is not null => !found.Exists || !found.Bytes.Span.SequenceEqual(IfNotEqual),
        _ => true,
    };
}
