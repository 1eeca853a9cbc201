using System.Diagnostics;
using KvStore.Node.FrontEnds.Http;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Where a key is and what each replica holds, as REST's <c>explain</c> tells it.</summary>
internal static class ExplainCommand
{
    public static IReadOnlyList<RespCommand> All { get; } =
    [
        new("kv.explain", 2, "readonly", KeyPlaces.One, "kvstore", "", "Tells where a key is and what each replica holds, as JSON.") { InSteps = ExplainAsync },
    ];

    private static async ValueTask<RespReply> ExplainAsync(RespCall call)
    {
        string traceId = Activity.Current?.TraceId.ToHexString() ?? "";
        Protocol.Explanation explanation = await call.Server.Cluster!.ExplainAsync(
            call.Key, call.Level, withValues: false, call.Server.Rules.TimeoutOf(null), traceId, CancellationToken.None);
        return RespReply.Verbatim(ViewJson.Write(explanation));
    }
}
