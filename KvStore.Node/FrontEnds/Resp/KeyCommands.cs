using KvStore.Node.Registers;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Commands on a key whatever it holds: its type, its end.</summary>
internal static class KeyCommands
{
    private const string Group = "generic";
    private const string Read = "readonly fast";
    private const string Write = "write fast";
    private const long Absent = -2;
    private const long Endless = -1;

    public static IReadOnlyList<RespCommand> All { get; } =
    [
        new("type", 2, Read, KeyPlaces.One, Group, "1.0.0", "Determines the type of value stored at a key.") { Single = static _ => SingleOperation.Of(Change.Identity, static result => RespReply.Simple(new StoredValue(result.State).TypeName)) },
        new("ttl", 2, Read, KeyPlaces.One, Group, "1.0.0", "Returns the expiration time in seconds of a key.") { Single = static call => Expiry(call.Now, static (at, now) => (Math.Max(0, at - now) + 500) / 1000) },
        new("pttl", 2, Read, KeyPlaces.One, Group, "2.6.0", "Returns the expiration time in milliseconds of a key.") { Single = static call => Expiry(call.Now, static (at, now) => Math.Max(0, at - now)) },
        new("expiretime", 2, Read, KeyPlaces.One, Group, "7.0.0", "Returns the expiration time of a key as a Unix timestamp.") { Single = static _ => Expiry(0, static (at, _) => (at + 500) / 1000) },
        new("pexpiretime", 2, Read, KeyPlaces.One, Group, "7.0.0", "Returns the expiration time of a key as a Unix milliseconds timestamp.") { Single = static _ => Expiry(0, static (at, _) => at) },
        new("expire", -3, Write, KeyPlaces.One, Group, "1.0.0", "Sets the expiration time of a key in seconds.") { InSteps = static call => ExpireAsync(call, "EX") },
        new("pexpire", -3, Write, KeyPlaces.One, Group, "2.6.0", "Sets the expiration time of a key in milliseconds.") { InSteps = static call => ExpireAsync(call, "PX") },
        new("expireat", -3, Write, KeyPlaces.One, Group, "1.2.0", "Sets the expiration time of a key to a Unix timestamp.") { InSteps = static call => ExpireAsync(call, "EXAT") },
        new("pexpireat", -3, Write, KeyPlaces.One, Group, "2.6.0", "Sets the expiration time of a key to a Unix milliseconds timestamp.") { InSteps = static call => ExpireAsync(call, "PXAT") },
        new("persist", 2, Write, KeyPlaces.One, Group, "2.2.0", "Removes the expiration time of a key.") { InSteps = PersistAsync },
        new("delifeq", 3, Write, KeyPlaces.One, "string", "", "Deletes a key only where its string value is the one given.") { InSteps = static call => DeleteIfAsync(call, call.Arguments[2], isEqual: true) },
        new("delex", -2, Write, KeyPlaces.One, "string", "8.4.0", "Deletes a key, or only where its string value is, or is not, the one given.") { InSteps = DeleteOnConditionAsync },
        new("object", -2, "readonly", KeyPlaces.Second, Group, "2.2.3", "Tells how a value is kept: OBJECT ENCODING.") { Single = Encoding },
        new("rename", 3, "write", KeyPlaces.Two, Group, "1.0.0", "Renames a key and overwrites the destination. Both keys in one slot; not atomic across them.") { InSteps = static call => RenameAsync(call, overwrites: true) },
        new("renamenx", 3, "write fast", KeyPlaces.Two, Group, "1.0.0", "Renames a key only when the target key name doesn't exist. Both keys in one slot; not atomic across them.") { InSteps = static call => RenameAsync(call, overwrites: false) },
        new("copy", -3, "write denyoom", KeyPlaces.Two, Group, "6.2.0", "Copies the value of a key to a new key.") { InSteps = CopyAsync },
    ];

    private static SingleOperation Expiry(long now, Func<long, long, long> show) => SingleOperation.Of(Change.Identity, result =>
    {
        StoredValue found = new(result.State);
        return RespReply.Integer(!found.Exists ? Absent : found.ExpiresAt == RegisterState.Never ? Endless : show(found.ExpiresAt, now));
    });

    private static ValueTask<RespReply> ExpireAsync(RespCall call, string unit)
    {
        if (!ExpiryArgument.TryRead(unit, call.Arguments[2], call.Now, mayBePast: true, out long expiresAt))
        {
            return ValueTask.FromResult(RespNumber.TryParse(call.Arguments[2], out _) ? RespError.InvalidExpiry(call.Command.Name) : RespError.NotInteger);
        }

        HashSet<string> words = [.. call.Arguments.Skip(3).Select(RespWord.Of)];
        if (words.FirstOrDefault(word => word is not ("NX" or "XX" or "GT" or "LT")) is { } unknown)
        {
            return ValueTask.FromResult(RespReply.Error($"ERR Unsupported option {unknown}"));
        }

        if ((words.Contains("NX") && words.Count > 1) || (words.Contains("GT") && words.Contains("LT")))
        {
            return ValueTask.FromResult(RespReply.Error("ERR NX and XX, GT or LT options at the same time are not compatible"));
        }

        long now = call.Now;
        return Rewriting.RunAsync(call, call.Key, found =>
        {
            if (!found.Exists || !Allows(words, found.ExpiresAt, expiresAt))
            {
                return Rewrite.Keep(RespReply.Integer(0));
            }

            return expiresAt <= now ? Rewrite.Delete(RespReply.Integer(1)) : Rewrite.Put(found.Bytes, expiresAt, RespReply.Integer(1));
        });
    }

    /// <summary>No end is later than every end.</summary>
    private static bool Allows(HashSet<string> words, long before, long after)
    {
        bool isEndless = before == RegisterState.Never;
        return !(words.Contains("NX") && !isEndless)
            && !(words.Contains("XX") && isEndless)
            && !(words.Contains("GT") && (isEndless || after <= before))
            && !(words.Contains("LT") && !isEndless && after >= before);
    }

    private static ValueTask<RespReply> PersistAsync(RespCall call) => Rewriting.RunAsync(call, call.Key, static found =>
        !found.Exists || found.ExpiresAt == RegisterState.Never
            ? Rewrite.Keep(RespReply.Integer(0))
            : Rewrite.Put(found.Bytes, RegisterState.Never, RespReply.Integer(1)));

    private static ValueTask<RespReply> DeleteIfAsync(RespCall call, byte[] value, bool isEqual) => Rewriting.RunAsync(call, call.Key, found =>
        found.IsHash ? Rewrite.Keep(RespError.WrongType)
        : found.Exists && found.Bytes.Span.SequenceEqual(value) == isEqual ? Rewrite.Delete(RespReply.Integer(1))
        : Rewrite.Keep(RespReply.Integer(0)));

    private static ValueTask<RespReply> DeleteOnConditionAsync(RespCall call) => (call.Count == 4 ? RespWord.Of(call.Arguments[2]) : "", call.Count) switch
    {
        ("IFEQ", _) => DeleteIfAsync(call, call.Arguments[3], isEqual: true),
        ("IFNE", _) => DeleteIfAsync(call, call.Arguments[3], isEqual: false),
        ("", 2) => Rewriting.RunAsync(call, call.Key, static found => found.Exists ? Rewrite.Delete(RespReply.Integer(1)) : Rewrite.Keep(RespReply.Integer(0))),
        _ => ValueTask.FromResult(RespError.Syntax),
    };

    private static SingleOperation Encoding(RespCall call)
    {
        if (!RespWord.Is(call.Arguments[1], "ENCODING") || call.Count != 3)
        {
            return SingleOperation.Refused(Subcommands.Unknown(call));
        }

        return SingleOperation.Of(Change.Identity, static result =>
        {
            const int EmbeddedMax = 44;
            StoredValue found = new(result.State);
            return !found.Exists ? RespReply.Null
                : RespReply.Text(found.IsHash ? "listpack" : RespNumber.TryParse(found.Bytes.Span, out _) ? "int" : found.Bytes.Length <= EmbeddedMax ? "embstr" : "raw");
        });
    }

    /// <summary>
    /// Puts the value under its new name, then deletes the old one if it is still the same; if not, the newer value is put as well.
    /// Between the two both names are there.
    /// </summary>
    private static async ValueTask<RespReply> RenameAsync(RespCall call, bool overwrites)
    {
        Ring.Key from = new(call.Arguments[1]);
        Ring.Key to = new(call.Arguments[2]);
        if (from.Slot != to.Slot)
        {
            return RespError.CrossSlot;
        }

        RespReply done = overwrites ? RespReply.Ok : RespReply.Integer(1);
        bool mayOverwrite = overwrites;
        for (int attempt = 0; attempt < Rewriting.AttemptsMax; attempt++)
        {
            StoredValue moved = default;
            if (await Rewriting.RunAsync(call, from, found => KeepOf(moved = found)) is { Kind: RespReplyKind.Error } failure)
            {
                return attempt == 0 ? failure : Halfway(failure);
            }

            if (!moved.Exists)
            {
                return attempt == 0 ? RespError.NoSuchKey : done;
            }

            if (from.Equals(to))
            {
                return overwrites ? RespReply.Ok : RespReply.Integer(0);
            }

            RespReply put = await PutAsync(call, to, moved, mayOverwrite);
            if (put.Kind == RespReplyKind.Error || put.Number == 0)
            {
                return attempt == 0 || put.Kind != RespReplyKind.Error ? put : Halfway(put);
            }

            mayOverwrite = true; // what is there now is this command's own
            RespReply deleted = await Rewriting.RunAsync(call, from, found =>
                found.Exists && found.State!.Version == moved.State!.Version ? Rewrite.Delete(RespReply.Integer(1)) : Rewrite.Keep(RespReply.Integer(found.Exists ? 0 : 1)));
            if (deleted.Kind == RespReplyKind.Error)
            {
                return Halfway(deleted);
            }

            if (deleted.Number == 1)
            {
                return done;
            }
        }

        return Halfway(RespError.Contended);
    }

    private static async ValueTask<RespReply> CopyAsync(RespCall call)
    {
        bool overwrites = false;
        for (int at = 3; at < call.Count; at++)
        {
            bool isZero = RespWord.Is(call.Arguments[at], "DB") && at + 1 < call.Count && call.Arguments[at + 1].AsSpan().SequenceEqual("0"u8);
            overwrites |= RespWord.Is(call.Arguments[at], "REPLACE");
            if (!isZero && !RespWord.Is(call.Arguments[at], "REPLACE"))
            {
                return RespWord.Is(call.Arguments[at], "DB") ? RespReply.Error("ERR DB index is out of range") : RespError.Syntax;
            }

            at += isZero ? 1 : 0;
        }

        Ring.Key from = new(call.Arguments[1]);
        Ring.Key to = new(call.Arguments[2]);
        if (from.Equals(to))
        {
            return RespReply.Error("ERR source and destination objects are the same");
        }

        StoredValue copied = default;
        RespReply read = await Rewriting.RunAsync(call, from, found => KeepOf(copied = found));
        return read.Kind == RespReplyKind.Error ? read : !copied.Exists ? RespReply.Integer(0) : await PutAsync(call, to, copied, overwrites);
    }

    private static ValueTask<RespReply> PutAsync(RespCall call, Ring.Key to, StoredValue value, bool overwrites) => Rewriting.RunAsync(call, to, found =>
        found.Exists && !overwrites ? Rewrite.Keep(RespReply.Integer(0)) : Rewrite.Put(value.Bytes, value.ExpiresAt, RespReply.Integer(1)));

    private static Rewrite KeepOf(StoredValue found) => Rewrite.Keep(RespReply.Integer(found.Exists ? 1 : 0));

    /// <summary>The new name is there, and so may be the old one: neither applied nor not.</summary>
    private static RespReply Halfway(RespReply failure) =>
        RespReply.Error($"UNKNOWN The value is there under its new name, and may be under the old one too: {System.Text.Encoding.UTF8.GetString(failure.Bytes.Span)}");
}
