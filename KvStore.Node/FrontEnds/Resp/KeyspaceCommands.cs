using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Commands on all keys of the cluster, read page by page in bytewise order.</summary>
internal static class KeyspaceCommands
{
    /// <summary>Keys in one answer of KEYS, at most: then it is an error, and SCAN is the way.</summary>
    public const int KeysMax = 100_000;

    private const int CountDefault = 10;

    public static IReadOnlyList<RespCommand> All { get; } =
    [
        new("scan", -2, "readonly", KeyPlaces.None, "generic", "2.8.0", "Iterates over the key names in the database, in bytewise order.") { InSteps = ScanAsync, RunsAlone = true },
        new("keys", 2, "readonly", KeyPlaces.None, "generic", "1.0.0", "Returns all key names that match a pattern.") { InSteps = KeysAsync, RunsAlone = true },
        new("randomkey", 1, "readonly", KeyPlaces.None, "generic", "1.0.0", "Returns a random key name from the database.") { InSteps = RandomKeyAsync, RunsAlone = true },
        new("dbsize", 1, "readonly", KeyPlaces.None, "server", "1.0.0", "Returns the number of keys in the database, by counting them.") { InSteps = CountAsync, RunsAlone = true },
        new("flushall", -1, "write", KeyPlaces.None, "server", "1.0.0", "Removes all keys, one by one; only where KvStore:Resp:AllowFlush is true.") { InSteps = FlushAsync, RunsAlone = true },
        new("flushdb", -1, "write", KeyPlaces.None, "server", "1.0.0", "Removes all keys, one by one; only where KvStore:Resp:AllowFlush is true.") { InSteps = FlushAsync, RunsAlone = true },
    ];

    private static async ValueTask<RespReply> ScanAsync(RespCall call)
    {
        if (!RespNumber.TryParse(call.Arguments[1], out long cursor) || !call.Server.Cursors.TryFind(cursor, out ReadOnlyMemory<byte> after))
        {
            return RespReply.Error("ERR invalid cursor");
        }

        byte[] pattern = "*"u8.ToArray();
        string type = "";
        long count = CountDefault;
        for (int at = 2; at < call.Count; at += 2)
        {
            byte[]? next = at + 1 < call.Count ? call.Arguments[at + 1] : null;
            switch (RespWord.Of(call.Arguments[at]))
            {
                case "MATCH" when next is not null:
                    pattern = next;
                    break;
                case "TYPE" when next is not null:
                    type = RespWord.Of(next);
                    break;
                case "COUNT" when next is not null:
                    if (!RespNumber.TryParse(next, out count))
                    {
                        return RespError.NotInteger;
                    }

                    break;
                default:
                    return RespError.Syntax;
            }
        }

        return count < 1 ? RespError.Syntax : await PageAsync(call, pattern, type, after, (int)Math.Min(count, Listings.EntriesMax));
    }

    private static async ValueTask<RespReply> PageAsync(RespCall call, byte[] pattern, string type, ReadOnlyMemory<byte> after, int limit)
    {
        KeyListing page = await call.Server.Operations.ListAsync(GlobPattern.PrefixOf(pattern), after, limit);
        if (page.Failure != OperationFailure.None)
        {
            return RespError.Of(OperationAnswer.FailureOf(page.Failure, Consistency.Quorum));
        }

        List<Key> keys = [.. page.Entries.Where(entry => GlobPattern.IsMatch(pattern, entry.Key.Span)).Select(entry => entry.Key)];
        if (type.Length > 0)
        {
            (OperationResult Result, string Type)[] found = await call.Server.Operations.RunAllAsync(
                call, keys, static _ => Change.Identity, static result => (RespOperations.WithoutValue(result), new StoredValue(result.Change.State).TypeName));
            if (found.FirstOrDefault(each => each.Result.Outcome != OperationOutcome.Committed).Result is { Failure: not OperationFailure.None } failed)
            {
                return RespError.Of(failed, Change.Identity, call.Level);
            }

            keys = [.. keys.Where((_, place) => found[place].Type.Equals(type, StringComparison.OrdinalIgnoreCase))];
        }

        ReadOnlyMemory<byte> rest = ListingCursor.After(page);
        long next = rest.IsEmpty ? 0 : call.Server.Cursors.Keep(rest);
        return RespReply.Array([RespReply.Text(next), RespReply.Array([.. keys.Select(key => RespReply.Bulk(key.Memory))])]);
    }

    private static async ValueTask<RespReply> KeysAsync(RespCall call)
    {
        byte[] pattern = call.Arguments[1];
        List<RespReply> keys = [];
        long bytes = 0;
        RequestFailure? failure = await ForEachPageAsync(call, GlobPattern.PrefixOf(pattern), page =>
        {
            foreach (StorePageEntry entry in page.Where(entry => GlobPattern.IsMatch(pattern, entry.Key.Span)))
            {
                keys.Add(RespReply.Bulk(entry.Key.Memory));
                bytes += entry.Key.Length;
            }

            bool isTooMuch = keys.Count > KeysMax || bytes > RespLimits.ConnectionBytesMax;
            return ValueTask.FromResult<RequestFailure?>(
                isTooMuch ? RequestFailure.Malformed($"More than {KeysMax} keys match, or more than {RespLimits.ConnectionBytesMax} bytes of them: use SCAN.") : null);
        });
        return failure is null ? RespReply.Array(keys) : RespError.Of(failure);
    }

    /// <summary>One of the first keys of some slots by chance; of twice as many slots each time that these have none.</summary>
    private static async ValueTask<RespReply> RandomKeyAsync(RespCall call)
    {
        const int SlotsFirst = 64;
        for (int count = SlotsFirst; count <= Slot.Count; count *= 2)
        {
            int first = count == Slot.Count ? 0 : call.Server.Chance.Next(Slot.Count - count + 1);
            SlotSpans slots = new([((ushort)first, (ushort)(first + count - 1))]);
            KeyListing page = await call.Server.Operations.ListAsync(default, default, Listings.EntriesMax, slots);
            if (page.Failure != OperationFailure.None)
            {
                return RespError.Of(OperationAnswer.FailureOf(page.Failure, Consistency.Quorum));
            }

            if (page.Entries.Count > 0)
            {
                return RespReply.Bulk(page.Entries[call.Server.Chance.Next(page.Entries.Count)].Key.Memory);
            }
        }

        return RespReply.Null;
    }

    private static async ValueTask<RespReply> CountAsync(RespCall call)
    {
        long count = 0;
        RequestFailure? failure = await ForEachPageAsync(call, default, page =>
        {
            count += page.Count;
            return ValueTask.FromResult<RequestFailure?>(null);
        });
        return failure is null ? RespReply.Integer(count) : RespError.Of(failure);
    }

    /// <summary>Each key is deleted as DEL does it, so what is put meanwhile may stay or go.</summary>
    private static async ValueTask<RespReply> FlushAsync(RespCall call)
    {
        if (!call.Server.Resp.AllowFlush)
        {
            return RespReply.Error($"ERR {call.Command.Name.ToUpperInvariant()} deletes every key of the cluster and is not allowed here: set KvStore:Resp:AllowFlush to true where it is to be.");
        }

        if (call.Count > 2 || (call.Count == 2 && RespWord.Of(call.Arguments[1]) is not ("SYNC" or "ASYNC")))
        {
            return RespError.Syntax;
        }

        RequestFailure? failure = await ForEachPageAsync(call, default, async page =>
        {
            OperationResult[] results = await call.Server.Operations.RunAllAsync(call, [.. page.Select(entry => entry.Key)], static _ => Change.Delete(), RespOperations.WithoutValue);
            OperationResult worst = results.MaxBy(result => result.Outcome);
            return worst.Outcome == OperationOutcome.Committed ? null
                : OperationAnswer.FailureOf(worst, Change.Delete(), call.Level)! with { Outcome = OperationOutcome.Unknown };
        });
        return failure is null ? RespReply.Ok : RespError.Of(failure);
    }

    private static async ValueTask<RequestFailure?> ForEachPageAsync(
        RespCall call, ReadOnlyMemory<byte> prefix, Func<IReadOnlyList<StorePageEntry>, ValueTask<RequestFailure?>> take)
    {
        ReadOnlyMemory<byte> after = default;
        do
        {
            KeyListing page = await call.Server.Operations.ListAsync(prefix, after, Listings.EntriesMax);
            if (page.Failure != OperationFailure.None)
            {
                return OperationAnswer.FailureOf(page.Failure, Consistency.Quorum);
            }

            if (page.Entries.Count > 0 && await take(page.Entries) is { } failure)
            {
                return failure;
            }

            after = ListingCursor.After(page);
        }
        while (!after.IsEmpty);
        return null;
    }
}
