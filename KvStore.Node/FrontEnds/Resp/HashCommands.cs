using KvStore.Node.Registers;
using Fields = System.Collections.Generic.List<System.Collections.Generic.KeyValuePair<System.ReadOnlyMemory<byte>, System.ReadOnlyMemory<byte>>>;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Commands on hashes. A hash is one register, so each command is atomic, and one that changes a field writes the whole hash.</summary>
internal static class HashCommands
{
    private const int FieldsOnLaneMax = 64;
    private const string Group = "hash";
    private const string Read = "readonly";
    private const string Write = "write denyoom fast";

    public static IReadOnlyList<RespCommand> All { get; } =
    [
        new("hset", -4, Write, KeyPlaces.One, Group, "2.0.0", "Creates or modifies the value of a field in a hash.") { InSteps = static call => SetAsync(call, RespReply.Integer) },
        new("hmset", -4, Write, KeyPlaces.One, Group, "2.0.0", "Sets the values of multiple fields.") { InSteps = static call => SetAsync(call, static _ => RespReply.Ok) },
        new("hsetnx", 4, Write, KeyPlaces.One, Group, "2.0.0", "Sets the value of a field in a hash only when the field doesn't exist.") { InSteps = SetIfAbsentAsync },
        new("hget", 3, "readonly fast", KeyPlaces.One, Group, "2.0.0", "Returns the value of a field in a hash.") { Single = static call => Look(fields => Of(fields, call.Arguments[2])) },
        new("hmget", -3, "readonly fast", KeyPlaces.One, Group, "2.0.0", "Returns the values of fields in a hash.") { Single = GetMany, InSteps = GetManyAsync },
        new("hgetall", 2, Read, KeyPlaces.One, Group, "2.0.0", "Returns all fields and values in a hash.") { Single = static _ => Look(static fields => RespReply.Map(Both(fields))) },
        new("hkeys", 2, Read, KeyPlaces.One, Group, "2.0.0", "Returns all fields in a hash.") { Single = static _ => Look(static fields => RespReply.Array([.. fields.Select(field => RespReply.Bulk(field.Key))])) },
        new("hvals", 2, Read, KeyPlaces.One, Group, "2.0.0", "Returns all values in a hash.") { Single = static _ => Look(static fields => RespReply.Array([.. fields.Select(field => RespReply.Bulk(field.Value))])) },
        new("hlen", 2, "readonly fast", KeyPlaces.One, Group, "2.0.0", "Returns the number of fields in a hash.") { Single = static _ => Look(static fields => RespReply.Integer(fields.Count)) },
        new("hexists", 3, "readonly fast", KeyPlaces.One, Group, "2.0.0", "Determines whether a field exists in a hash.") { Single = static call => Look(fields => RespReply.Integer(HashValue.PlaceOf(fields, call.Arguments[2]) < 0 ? 0 : 1)) },
        new("hstrlen", 3, "readonly fast", KeyPlaces.One, Group, "3.2.0", "Returns the length of the value of a field.") { Single = static call => Look(fields => RespReply.Integer(Of(fields, call.Arguments[2]).Bytes.Length)) },
        new("hdel", -3, "write fast", KeyPlaces.One, Group, "2.0.0", "Deletes one or more fields and their values from a hash. Deletes the hash if no fields remain.") { InSteps = DeleteAsync },
        new("hincrby", 4, Write, KeyPlaces.One, Group, "2.0.0", "Increments the integer value of a field in a hash by a number. Uses 0 as initial value if the field doesn't exist.") { InSteps = IncrementAsync },
        new("hscan", -3, Read, KeyPlaces.One, Group, "2.8.0", "Iterates over fields and values of a hash, all at once.") { Single = Scan },
    ];

    private static SingleOperation Look(Func<Fields, RespReply> answer) => SingleOperation.Of(Change.Identity, result =>
    {
        StoredValue found = new(result.State);
        return found.IsString ? RespError.WrongType : answer(HashValue.Read(found.Bytes));
    });

    /// <summary>Many fields are not looked for on a lane.</summary>
    private static SingleOperation GetMany(RespCall call) => call.Count > FieldsOnLaneMax + 2 ? SingleOperation.InSteps : Look(fields => Of(fields, call.Arguments.Skip(2)));

    private static ValueTask<RespReply> GetManyAsync(RespCall call) => Rewriting.RunAsync(call, call.Key, found =>
        Rewrite.Keep(found.IsString ? RespError.WrongType : Of(HashValue.Read(found.Bytes), call.Arguments.Skip(2))));

    private static RespReply Of(Fields fields, IEnumerable<byte[]> names) => RespReply.Array([.. names.Select(name => Of(fields, name))]);

    private static RespReply Of(Fields fields, byte[] field)
    {
        int place = HashValue.PlaceOf(fields, field);
        return place < 0 ? RespReply.Null : RespReply.Bulk(fields[place].Value);
    }

    private static List<RespReply> Both(IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> fields) =>
        [.. fields.SelectMany(field => new[] { RespReply.Bulk(field.Key), RespReply.Bulk(field.Value) })];

    /// <summary>Reads the fields, has them changed, and writes them where they were.</summary>
    /// <param name="change">Answers; null fields mean that nothing is to be written.</param>
    private static ValueTask<RespReply> ChangeAsync(RespCall call, Func<Fields, (bool IsChanged, RespReply Reply)> change) =>
        Rewriting.RunAsync(call, call.Key, found =>
        {
            if (found.IsString)
            {
                return Rewrite.Keep(RespError.WrongType);
            }

            Fields fields = HashValue.Read(found.Bytes);
            (bool isChanged, RespReply reply) = change(fields);
            if (fields.Count > HashValue.FieldsMax)
            {
                return Rewrite.Keep(RespReply.Error($"ERR the hash would have more than {HashValue.FieldsMax} fields. Nothing was changed."));
            }

            return !isChanged ? Rewrite.Keep(reply)
                : fields.Count == 0 ? Rewrite.Delete(reply)
                : Rewrite.Put(HashValue.Write(fields), found.ExpiresAt, reply);
        });

    /// <returns>Whether it is new.</returns>
    private static bool Put(Fields fields, byte[] field, byte[] value)
    {
        int place = HashValue.PlaceOf(fields, field);
        KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> entry = KeyValuePair.Create<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>(field, value);
        if (place < 0)
        {
            fields.Add(entry);
        }
        else
        {
            fields[place] = entry;
        }

        return place < 0;
    }

    private static ValueTask<RespReply> SetAsync(RespCall call, Func<long, RespReply> answer) => call.Count % 2 != 0
        ? ValueTask.FromResult(RespError.Arity(call.Command.Name))
        : ChangeAsync(call, fields =>
        {
            long added = 0;
            for (int at = 2; at < call.Count; at += 2)
            {
                added += Put(fields, call.Arguments[at], call.Arguments[at + 1]) ? 1 : 0;
            }

            return (true, answer(added));
        });

    private static ValueTask<RespReply> SetIfAbsentAsync(RespCall call) => ChangeAsync(call, fields =>
        HashValue.PlaceOf(fields, call.Arguments[2]) >= 0 ? (false, RespReply.Integer(0))
        : (Put(fields, call.Arguments[2], call.Arguments[3]), RespReply.Integer(1)));

    private static ValueTask<RespReply> DeleteAsync(RespCall call) => ChangeAsync(call, fields =>
    {
        int removed = call.Arguments.Skip(2).Count(field =>
        {
            int place = HashValue.PlaceOf(fields, field);
            if (place >= 0)
            {
                fields.RemoveAt(place);
            }

            return place >= 0;
        });
        return (removed > 0, RespReply.Integer(removed));
    });

    private static ValueTask<RespReply> IncrementAsync(RespCall call)
    {
        if (!RespNumber.TryParse(call.Arguments[3], out long by))
        {
            return ValueTask.FromResult(RespError.NotInteger);
        }

        return ChangeAsync(call, fields =>
        {
            int place = HashValue.PlaceOf(fields, call.Arguments[2]);
            long number = 0;
            if (place >= 0 && !RespNumber.TryParse(fields[place].Value.Span, out number))
            {
                return (false, RespReply.Error("ERR hash value is not an integer"));
            }

            if (by > 0 ? number > long.MaxValue - by : number < long.MinValue - by)
            {
                return (false, RespError.Overflow);
            }

            RespReply sum = RespReply.Text(number + by);
            Put(fields, call.Arguments[2], sum.Bytes.ToArray());
            return (true, RespReply.Integer(number + by));
        });
    }

    /// <summary>A hash is read whole, so it is scanned whole: the first page is the last.</summary>
    private static SingleOperation Scan(RespCall call)
    {
        byte[] pattern = "*"u8.ToArray();
        bool withValues = true;
        if (!RespNumber.TryParse(call.Arguments[2], out long cursor) || cursor < 0)
        {
            return SingleOperation.Refused(RespReply.Error("ERR invalid cursor"));
        }

        for (int at = 3; at < call.Count; at++)
        {
            string word = RespWord.Of(call.Arguments[at]);
            byte[]? next = at + 1 < call.Count ? call.Arguments[at + 1] : null;
            withValues &= word != "NOVALUES";
            if (word is "MATCH" or "COUNT" && next is not null)
            {
                pattern = word == "MATCH" ? next : pattern;
                at++;
            }
            else if (word != "NOVALUES")
            {
                return SingleOperation.Refused(RespError.Syntax);
            }
        }

        return Look(fields =>
        {
            List<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> some = cursor > 0 ? [] : fields.FindAll(field => GlobPattern.IsMatch(pattern, field.Key.Span));
            return RespReply.Array([RespReply.Text("0"), RespReply.Array(withValues ? Both(some) : [.. some.Select(field => RespReply.Bulk(field.Key))])]);
        });
    }
}
