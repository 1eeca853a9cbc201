using System.Text;
using KvStore.Node.Coordination;
using KvStore.Node.Ring;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>What every request about one key says: which key, at which level, and how long it may take.</summary>
internal readonly record struct KvRequest(Key Key, Consistency Level, TimeSpan Timeout)
{
    private const string ConsistencyParameter = "consistency";
    private const string TimeoutParameter = "timeout";

    /// <param name="context">With its <see cref="KvTarget"/>, which <see cref="KvRouting"/> has put there.</param>
    /// <param name="parameters">Those that this request takes besides key, consistency and timeout.</param>
    public static RequestFailure? Read(HttpContext context, RequestRules rules, out KvRequest request, params ReadOnlySpan<string> parameters)
    {
        KvTarget target = context.Features.GetRequiredFeature<KvTarget>();
        Consistency level = rules.DefaultConsistency;
        TimeSpan timeout = default;
        RequestFailure? failure = target.Query.CheckNames([KvTarget.KeyParameter, ConsistencyParameter, TimeoutParameter, .. parameters])
            ?? rules.CheckKey(target.Key.Length)
            ?? ReadLevel(target.Query, ref level)
            ?? ReadTimeout(target.Query, rules, out timeout);
        request = failure is null ? new KvRequest(new Key(target.Key), level, timeout) : default;
        return failure;
    }

    /// <summary><c>?timeout=</c> in milliseconds, no longer than the member allows.</summary>
    public static RequestFailure? ReadTimeout(QueryParameters query, RequestRules rules, out TimeSpan timeout)
    {
        long milliseconds = 0;
        RequestFailure? failure = query.ReadWhole(TimeoutParameter, 1, int.MaxValue, ref milliseconds);
        timeout = rules.TimeoutOf(milliseconds == 0 ? null : TimeSpan.FromMilliseconds(milliseconds));
        return failure;
    }

    private static RequestFailure? ReadLevel(QueryParameters query, ref Consistency level)
    {
        if (!query.TryFind(ConsistencyParameter, out byte[] bytes))
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(bytes);
        return Consistency.TryParse(text, out level) ? null : new RequestFailure(
            FailureKind.UnknownLevel, $"The parameter consistency is \"{text}\": it must be one, quorum, all or a number of replicas.");
    }
}
