using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>The views of the cluster, of this member and of one key, as JSON.</summary>
internal sealed class ClusterEndpoints(ClusterView view, RequestRules rules)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(KvRouting.ExplainPattern, ExplainAsync).WithName("Explain");
        routes.MapGet("/routing_table", context => ViewJson.WriteAsync(context, view.Topology)).WithName("RoutingTable");
        routes.MapGet("/cluster", context => ViewJson.WriteAsync(context, ClusterPage.Of(view.Topology, view.Status()))).WithName("Cluster");
        routes.MapGet("/admin/status", context => ViewJson.WriteAsync(context, view.Status())).WithName("Status");
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
        await ViewJson.WriteAsync(context, await view.ExplainAsync(request.Key, request.Level, request.Timeout, traceId, context.RequestAborted));
    }
}
