namespace KvStore.Node.FrontEnds.Http;

/// <summary>
/// A request line under /kv: what it is about, the key as bytes, and the parameters. Read from the line as it was sent,
/// because keys are any bytes: %FF, %2F and dots mean themselves.
/// </summary>
/// <param name="Key">Of all but a listing; may be empty or too long.</param>
/// <param name="Query">The parameters, <c>key</c> among them where the key is one.</param>
internal sealed record KvTarget(KvAction Action, byte[] Key, QueryParameters Query)
{
    public const string Root = "/kv";
    public const string KeyParameter = "key";

    private const string Increment = "increment";
    private const string Append = "append";
    private const string Explain = "explain";

    /// <summary>Path and query of a request target, absolute or not.</summary>
    public static (string Path, string Query) Split(string rawTarget)
    {
        int scheme = rawTarget.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0 && rawTarget[0] != '/')
        {
            int slash = rawTarget.IndexOf('/', scheme + 3);
            rawTarget = slash < 0 ? "/" : rawTarget[slash..];
        }

        int query = rawTarget.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? (rawTarget, "") : (rawTarget[..query], rawTarget[(query + 1)..]);
    }

    /// <summary>Whether a path is <c>/kv</c> or below it.</summary>
    public static bool IsUnderRoot(string path) =>
        path.StartsWith(Root, StringComparison.Ordinal) && (path.Length == Root.Length || path[Root.Length] == '/');

    /// <param name="path">Under <see cref="Root"/>.</param>
    /// <param name="query">Without its question mark.</param>
    public static bool TryParse(string path, string query, out KvTarget target, out RequestFailure? failure)
    {
        target = new KvTarget(KvAction.Listing, [], QueryParameters.None);
        if (!QueryParameters.TryParse(query, out QueryParameters parameters, out failure))
        {
            return false;
        }

        bool parsed = parameters.TryFind(KeyParameter, out byte[] key)
            ? TryParseQueryKey(path, key, parameters, ref target)
            : TryParsePathKey(path, parameters, ref target);
        failure = parsed ? null : FailureOf(path, parameters);
        return parsed;
    }

    private static bool TryParseQueryKey(string path, byte[] key, QueryParameters query, ref KvTarget target)
    {
        KvAction? action = path switch
        {
            Root => KvAction.Key,
            Root + "/" + Increment => KvAction.Increment,
            Root + "/" + Append => KvAction.Append,
            Root + "/" + Explain => KvAction.Explain,
            _ => null,
        };
        target = new KvTarget(action ?? KvAction.Key, key, query);
        return action is not null;
    }

    private static bool TryParsePathKey(string path, QueryParameters query, ref KvTarget target)
    {
        if (path.Length == Root.Length)
        {
            target = new KvTarget(KvAction.Listing, [], query);
            return true;
        }

        ReadOnlySpan<char> text = path.AsSpan(Root.Length + 1);
        int slash = text.IndexOf('/');
        KvAction? action = slash < 0 ? KvAction.Key : text[(slash + 1)..] switch
        {
            Increment => KvAction.Increment,
            Append => KvAction.Append,
            Explain => KvAction.Explain,
            _ => null,
        };
        byte[] key = [];
        bool parsed = action is not null && PercentCoding.TryDecode(slash < 0 ? text : text[..slash], plusIsSpace: false, out key);
        target = new KvTarget(action ?? KvAction.Key, key, query);
        return parsed;
    }

    private static RequestFailure FailureOf(string path, QueryParameters query)
    {
        if (query.TryFind(KeyParameter, out _))
        {
            return RequestFailure.Malformed($"\"{path}\" names a key, and so does ?key=: give one of them.");
        }

        return path.AsSpan(Root.Length + 1).Contains('/')
            ? RequestFailure.Malformed($"\"{path}\" is not an address of a key: write a slash in a key as %2F, or give the key as ?key=.")
            : RequestFailure.Malformed($"\"{path}\" is not percent-encoded: '%' needs two hexadecimal digits after it.");
    }
}
