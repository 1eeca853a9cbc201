using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>The views of the cluster, of this member and of one key, as JSON.</summary>
internal sealed class ClusterEndpoints(Lazy<ClusterView> view, RequestRules rules)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        ApiParameter[] read = [ApiParameter.Key, ApiParameter.Consistency, ApiParameter.Timeout];
        routes.MapGet(KvRouting.ExplainPattern, ExplainAsync)
            .Describe("Explain", ExplainAsync, new ApiOperation(ApiOperation.Cluster, "Where the key lives and what each replica holds", read), 400)
            .Answers(StatusCodes.Status200OK, typeof(Protocol.Explanation), ViewJson.ContentType);
        MapView<Protocol.Topology>(routes, "/routing_table", "RoutingTable", "Epoch, members, tokens and slots", () => view.Value.Topology);
        MapView(routes, "/cluster", "Cluster", "The cluster as this member sees it", () => ClusterPage.Of(view.Value.Topology, view.Value.Status()));
        MapView(routes, "/admin/status", "Status", "This member", () => view.Value.Status());
    }

    private static void MapView<T>(IEndpointRouteBuilder routes, string address, string name, string summary, Func<T> view)
    {
        Task ShowAsync(HttpContext context) => ViewJson.WriteAsync(context, view());
        routes.MapGet(address, ShowAsync)
            .Describe(name, ShowAsync, new ApiOperation(ApiOperation.Cluster, summary, []))
            .Answers(StatusCodes.Status200OK, typeof(T), ViewJson.ContentType);
    }

    private async Task ExplainAsync(HttpContext context)
    {
        RequestFailure? failure = KvRequest.Read(context, rules, out KvRequest request);
        if (failure is not null)
        {
            await ProblemWriter.WriteAsync(context, failure);
            return;
        }

        string traceId = TraceResponse.TraceIdOf(context);
        await ViewJson.WriteAsync(context, await view.Value.ExplainAsync(request.Key, request.Level, withValues: false, request.Timeout, traceId, context.RequestAborted));
    }
}
