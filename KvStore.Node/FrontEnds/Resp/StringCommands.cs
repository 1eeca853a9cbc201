using KvStore.Node.Registers;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Commands on strings. What one change of the registers does is one; the rest reads, and puts if the version is still the same.</summary>
internal static class StringCommands
{
    private const string Group = "string";
    private const string Read = "readonly fast";
    private const string Write = "write denyoom fast";

    public static IReadOnlyList<RespCommand> All { get; } =
    [
        new("get", 2, Read, KeyPlaces.One, Group, "1.0.0", "Returns the string value of a key.") { Single = Get },
        new("set", -3, "write denyoom", KeyPlaces.One, Group, "1.0.0", "Sets the string value of a key, ignoring its type. The key is created if it doesn't exist.") { Single = Set, InSteps = SetAsync },
        new("setnx", 3, Write, KeyPlaces.One, Group, "1.0.0", "Sets the string value of a key only when the key doesn't exist.") { Single = SetIfAbsent },
        new("setex", 4, "write denyoom", KeyPlaces.One, Group, "2.0.0", "Sets the string value and expiration time of a key. Creates the key if it doesn't exist.") { Single = call => SetExpiring(call, "EX") },
        new("psetex", 4, "write denyoom", KeyPlaces.One, Group, "2.6.0", "Sets both string value and expiration time in milliseconds of a key. The key is created if it doesn't exist.") { Single = call => SetExpiring(call, "PX") },
        new("getset", 3, Write, KeyPlaces.One, Group, "1.0.0", "Returns the previous string value of a key after setting it to a new value.") { InSteps = GetSetAsync },
        new("getdel", 2, "write fast", KeyPlaces.One, Group, "6.2.0", "Returns the string value of a key after deleting the key.") { InSteps = GetDeleteAsync },
        new("getex", -2, "write fast", KeyPlaces.One, Group, "6.2.0", "Returns the string value of a key after setting its expiration time.") { InSteps = GetExpireAsync },
        new("append", 3, Write, KeyPlaces.One, Group, "2.0.0", "Appends a string to the value of a key. Creates the key if it doesn't exist.") { InSteps = AppendAsync },
        new("strlen", 2, Read, KeyPlaces.One, Group, "2.2.0", "Returns the length of a string value.") { Single = Length },
        new("getrange", 4, "readonly", KeyPlaces.One, Group, "2.4.0", "Returns a substring of the string stored at a key.") { Single = Range },
        new("substr", 4, "readonly", KeyPlaces.One, Group, "1.0.0", "Returns a substring from a string value.") { Single = Range },
        new("setrange", 4, "write denyoom", KeyPlaces.One, Group, "2.2.0", "Overwrites a part of a string value with another by an offset. Creates the key if it doesn't exist.") { InSteps = SetRangeAsync },
    ];

    /// <summary>The answer of a string command that found something: WRONGTYPE of a hash, a null of nothing.</summary>
    public static RespReply Bulk(StoredValue found) => found.IsHash ? RespError.WrongType : found.Exists ? RespReply.Bulk(found.Bytes) : RespReply.Null;

    private static SingleOperation Get(RespCall call) => SingleOperation.Of(Change.Identity, static result => Bulk(new StoredValue(result.State)));

    private static SingleOperation Length(RespCall call) => SingleOperation.Of(Change.Identity, static result =>
        new StoredValue(result.State) is { IsHash: true } ? RespError.WrongType : RespReply.Integer(new StoredValue(result.State).Bytes.Length));

    private static SingleOperation Set(RespCall call)
    {
        if (SetOptions.Read(call, out SetOptions options) is { } wrong)
        {
            return SingleOperation.Refused(wrong);
        }

        return options.IsSingle
            ? Put(call, call.Arguments[2], options.ExpiresAt, options.Condition, RespReply.Ok, RespReply.Null)
            : SingleOperation.InSteps;
    }

    private static SingleOperation SetIfAbsent(RespCall call) =>
        Put(call, call.Arguments[2], RegisterState.Never, ConditionKind.Absent, RespReply.Integer(1), RespReply.Integer(0));

    private static SingleOperation SetExpiring(RespCall call, string unit)
    {
        if (!ExpiryArgument.TryRead(unit, call.Arguments[2], call.Now, mayBePast: false, out long expiresAt))
        {
            return SingleOperation.Refused(RespNumber.TryParse(call.Arguments[2], out _) ? RespError.InvalidExpiry(call.Command.Name) : RespError.NotInteger);
        }

        return Put(call, call.Arguments[3], expiresAt, ConditionKind.None, RespReply.Ok, RespReply.Null);
    }

    private static SingleOperation Put(RespCall call, byte[] value, long expiresAt, ConditionKind condition, RespReply done, RespReply declined) =>
        call.Server.Rules.CheckValue(value.Length) is { } tooLarge
            ? SingleOperation.Refused(RespError.Of(tooLarge))
            : SingleOperation.Of(
                Change.Put(value) with { ExpiresAt = expiresAt, Condition = condition },
                result => result.Outcome == ChangeOutcome.ConditionFailed ? declined : done);

    private static ValueTask<RespReply> SetAsync(RespCall call)
    {
        Invariant.Holds(SetOptions.Read(call, out SetOptions options) is null);
        return Rewriting.RunAsync(call, call.Key, found =>
        {
            if (found.IsHash && (options.AnswersBefore || options.IfEqual is not null || options.IfNotEqual is not null))
            {
                return Rewrite.Keep(RespError.WrongType);
            }

            RespReply before = Bulk(found);
            bool isAllowed = options.Allows(found);
            RespReply reply = options.AnswersBefore ? before : isAllowed ? RespReply.Ok : RespReply.Null;
            return isAllowed
                ? Rewrite.Put(call.Arguments[2], options.KeepsExpiry ? found.ExpiresAt : options.ExpiresAt, reply)
                : Rewrite.Keep(reply);
        });
    }

    private static ValueTask<RespReply> GetSetAsync(RespCall call) => Rewriting.RunAsync(call, call.Key, found =>
        found.IsHash ? Rewrite.Keep(RespError.WrongType) : Rewrite.Put(call.Arguments[2], RegisterState.Never, Bulk(found)));

    private static ValueTask<RespReply> GetDeleteAsync(RespCall call) => Rewriting.RunAsync(call, call.Key, static found =>
        found.IsString ? Rewrite.Delete(Bulk(found)) : Rewrite.Keep(Bulk(found)));

    private static ValueTask<RespReply> GetExpireAsync(RespCall call)
    {
        long expiresAt = RegisterState.Never;
        string unit = call.Count > 2 ? RespWord.Of(call.Arguments[2]) : "";
        bool isMoment = unit is "EX" or "PX" or "EXAT" or "PXAT";
        if (call.Count != (isMoment ? 4 : unit == "PERSIST" ? 3 : 2))
        {
            return ValueTask.FromResult(RespError.Syntax);
        }

        if (isMoment && !ExpiryArgument.TryRead(unit, call.Arguments[3], call.Now, mayBePast: false, out expiresAt))
        {
            return ValueTask.FromResult(RespNumber.TryParse(call.Arguments[3], out _) ? RespError.InvalidExpiry("getex") : RespError.NotInteger);
        }

        return Rewriting.RunAsync(call, call.Key, found =>
            !found.IsString || unit.Length == 0 || found.ExpiresAt == expiresAt ? Rewrite.Keep(Bulk(found))
            : Rewrite.Put(found.Bytes, expiresAt, Bulk(found)));
    }

    private static ValueTask<RespReply> AppendAsync(RespCall call) => Rewriting.RunAsync(call, call.Key, found =>
    {
        byte[] added = call.Arguments[2];
        return found.IsHash ? Rewrite.Keep(RespError.WrongType)
            : Rewrite.Put((byte[])[.. found.Bytes.Span, .. added], found.ExpiresAt, RespReply.Integer(found.Bytes.Length + added.Length));
    });

    private static SingleOperation Range(RespCall call)
    {
        if (!RespNumber.TryParse(call.Arguments[2], out long first) || !RespNumber.TryParse(call.Arguments[3], out long last))
        {
            return SingleOperation.Refused(RespError.NotInteger);
        }

        return SingleOperation.Of(Change.Identity, result =>
        {
            StoredValue found = new(result.State);
            long length = found.Bytes.Length;
            long from = Math.Max(0, first < 0 ? length + first : first);
            long to = Math.Min(length - 1, Math.Max(0, last < 0 ? length + last : last));
            bool isEmpty = from > to || length == 0 || (first < 0 && last < 0 && first > last);
            return found.IsHash ? RespError.WrongType : RespReply.Bulk(isEmpty ? default : found.Bytes[(int)from..(int)(to + 1)]);
        });
    }

    private static ValueTask<RespReply> SetRangeAsync(RespCall call)
    {
        byte[] part = call.Arguments[3];
        if (!RespNumber.TryParse(call.Arguments[2], out long offset))
        {
            return ValueTask.FromResult(RespError.NotInteger);
        }

        if (offset < 0)
        {
            return ValueTask.FromResult(RespError.OffsetOutOfRange);
        }

        if (part.Length > 0 && call.Server.Rules.CheckValue(offset > int.MaxValue ? offset : offset + part.Length) is { } tooLarge)
        {
            return ValueTask.FromResult(RespError.Of(tooLarge));
        }

        return Rewriting.RunAsync(call, call.Key, found =>
        {
            if (found.IsHash || part.Length == 0)
            {
                return Rewrite.Keep(found.IsHash ? RespError.WrongType : RespReply.Integer(found.Bytes.Length));
            }

            byte[] value = new byte[Math.Max(found.Bytes.Length, (int)offset + part.Length)];
            found.Bytes.CopyTo(value);
            part.CopyTo(value, (int)offset);
            return Rewrite.Put(value, found.ExpiresAt, RespReply.Integer(value.Length));
        });
    }
}
