using System.Text;
using KvStore.Node.Topology;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>Has members leave, removes dead ones or has them replaced: with ?plan=true only says what would move, as of a node that would join. Or has dead ones kept.</summary>
internal sealed class ChangeEndpoints(Lazy<ClusterView> view)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/cluster/leave/{member}", "Leave", "A living member hands over what it holds and is a member no more", MembershipChange.Leave);
        Map(routes, "/cluster/remove/{member}", "Remove", "A dead member is one no more; the others make copies of what it held", MembershipChange.Remove);
        Map(routes, "/cluster/replace/{member}", "Replace", "A dead member's place is kept for the node named by with, which takes it when it is started", MembershipChange.Replace);
        Map(routes, "/cluster/join/{member}", "Join", "With plan=true: what would move if a node of this name were started. It joins by itself", MembershipChange.Join);
        routes.MapPost("/cluster/keep/{member}", KeepAsync)
            .Describe("Keep", KeepAsync, new ApiOperation(ApiOperation.Cluster, "A dead member is not removed by itself until it was alive again", [ApiParameter.Member]), 400, 404, 409, 503)
            .Answers(StatusCodes.Status200OK, typeof(Protocol.Eviction), ViewJson.ContentType);
    }

    private void Map(IEndpointRouteBuilder routes, string address, string name, string summary, MembershipChange change)
    {
        Task ChangeAsync(HttpContext context) => this.ChangeAsync(context, change);
        ApiParameter[] parameters = change switch
        {
            MembershipChange.Join => [ApiParameter.Member, ApiParameter.Plan],
            MembershipChange.Replace => [ApiParameter.Member, ApiParameter.Plan, ApiParameter.With, ApiParameter.PlanId],
            _ => [ApiParameter.Member, ApiParameter.Plan, ApiParameter.Force, ApiParameter.PlanId],
        };
        routes.MapPost(address, ChangeAsync)
            .Describe(name, ChangeAsync, new ApiOperation(ApiOperation.Cluster, summary, parameters), 400, 404, 409, 503, 504)
            .Answers(StatusCodes.Status200OK, typeof(Protocol.ChangePlan), ViewJson.ContentType)
            .Answers(StatusCodes.Status202Accepted, typeof(Protocol.ChangePlan), ViewJson.ContentType);
    }

    private static string[] NamesOf(MembershipChange change) => change switch
    {
        MembershipChange.Join => ["plan"],
        MembershipChange.Replace => ["plan", "with", "id"],
        _ => ["plan", "force", "id"],
    };

    private async Task KeepAsync(HttpContext context)
    {
        RequestFailure? failure;
        Protocol.Eviction kept = new();
        if (QueryParameters.TryParse(context.Request.QueryString.Value!.TrimStart('?'), out QueryParameters query, out failure))
        {
            failure = query.CheckNames() ?? view.Value.Keep((string)context.Request.RouteValues["member"]!, out kept);
        }

        await (failure is null ? ViewJson.WriteAsync(context, kept) : ProblemWriter.WriteAsync(context, failure.OfWrite()));
    }

    private async Task ChangeAsync(HttpContext context, MembershipChange change)
    {
        string member = (string)context.Request.RouteValues["member"]!;
        bool isPlan = false;
        bool isForced = false;
        RequestFailure? failure;
        if (QueryParameters.TryParse(context.Request.QueryString.Value!.TrimStart('?'), out QueryParameters query, out failure))
        {
            failure = query.CheckNames(NamesOf(change)) ?? query.ReadFlag("plan", ref isPlan) ?? query.ReadFlag("force", ref isForced);
        }

        if (failure is not null)
        {
            await ProblemWriter.WriteAsync(context, failure.OfWrite());
            return;
        }

        string planId = query.TryFind("id", out byte[] id) ? Encoding.UTF8.GetString(id) : "";
        string successor = query.TryFind("with", out byte[] with) ? Encoding.UTF8.GetString(with) : "";
        ChangeOrder order = new(change, member, isForced, successor);
        Protocol.ChangePlan plan;
        if (isPlan)
        {
            failure = view.Value.Plan(order, out plan);
        }
        else
        {
            (failure, plan) = await view.Value.ApplyAsync(order, planId);
        }

        if (failure is not null)
        {
            await ProblemWriter.WriteAsync(context, failure);
            return;
        }

        context.Response.StatusCode = isPlan ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        await ViewJson.WriteAsync(context, plan);
    }
}
