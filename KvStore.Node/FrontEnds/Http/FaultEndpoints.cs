using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>Harms this member on purpose and undoes it, where its options allow that.</summary>
internal sealed class FaultEndpoints(Lazy<FaultView> view)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        ApiParameter[] fault = [ApiParameter.FaultKind, ApiParameter.FaultMembers, ApiParameter.FaultDelay, ApiParameter.FaultPercent, ApiParameter.FaultSeconds];
        routes.MapPost("/cluster/faults/{kind}", BeginAsync)
            .Describe("BeginFault", BeginAsync, new ApiOperation(ApiOperation.Cluster, "Slows this member's network, loses a share of it, or cuts it off: slow, drop, partition or pause", fault), 400, 403, 404, 409)
            .Answers(StatusCodes.Status200OK, typeof(Protocol.NetworkFault), ViewJson.ContentType);
        routes.MapDelete("/cluster/faults", EndAllAsync)
            .Describe("EndFaults", EndAllAsync, new ApiOperation(ApiOperation.Cluster, "Undoes all faults of this member's network", []), 400, 403)
            .Answers(StatusCodes.Status200OK, typeof(Protocol.NetworkFaults), ViewJson.ContentType);
        routes.MapDelete("/cluster/faults/{id}", EndAsync)
            .Describe("EndFault", EndAsync, new ApiOperation(ApiOperation.Cluster, "Undoes one; answers with those that are on then", [ApiParameter.FaultId]), 400, 403, 404)
            .Answers(StatusCodes.Status200OK, typeof(Protocol.NetworkFaults), ViewJson.ContentType);
        routes.MapPost("/cluster/kill/{member}", KillAsync)
            .Describe("Kill", KillAsync, new ApiOperation(ApiOperation.Cluster, "Ends the process of this member at once, like kill -9", [ApiParameter.Member]), 400, 403, 404)
            .Answers(StatusCodes.Status202Accepted, typeof(Protocol.KillReceipt), ViewJson.ContentType);
    }

    private Task BeginAsync(HttpContext context)
    {
        Protocol.FaultRequest request = new() { Kind = (string)context.Request.RouteValues["kind"]! };
        Protocol.NetworkFault fault = new();
        RequestFailure? failure = Parse(context, out QueryParameters query)
            ?? query.CheckNames("members", "delay", "percent", "seconds")
            ?? Read(query, request)
            ?? view.Value.Begin(request, out fault);
        return AnswerAsync(context, failure, fault);
    }

    private Task EndAllAsync(HttpContext context) => EndAsync(context, 0);

    private Task EndAsync(HttpContext context)
    {
        string text = (string)context.Request.RouteValues["id"]!;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long id) && id > 0
            ? EndAsync(context, id)
            : AnswerAsync(context, RequestFailure.Malformed($"A fault is known by its number from 1 on, not \"{text}\"."), new Protocol.NetworkFaults());
    }

    private Task EndAsync(HttpContext context, long id)
    {
        Protocol.NetworkFaults left = new();
        RequestFailure? failure = ReadNothing(context) ?? view.Value.End(id, out left);
        return AnswerAsync(context, failure, left);
    }

    private Task KillAsync(HttpContext context)
    {
        RequestFailure? failure = ReadNothing(context)
            ?? view.Value.KillAfter((string)context.Request.RouteValues["member"]!, context.Response);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return AnswerAsync(context, failure, new Protocol.KillReceipt());
    }

    private static RequestFailure? Read(QueryParameters query, Protocol.FaultRequest request)
    {
        long delay = 0;
        long percent = 0;
        long seconds = 0;
        RequestFailure? failure = query.ReadWhole("delay", 0, uint.MaxValue, ref delay)
            ?? query.ReadWhole("percent", 0, uint.MaxValue, ref percent)
            ?? query.ReadWhole("seconds", 0, uint.MaxValue, ref seconds);
        (request.DelayMilliseconds, request.Percent, request.Seconds) = ((uint)delay, (uint)percent, (uint)seconds);
        if (query.TryFind("members", out byte[] members))
        {
            request.Members.AddRange(Encoding.UTF8.GetString(members).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }

        return failure;
    }

    private static RequestFailure? ReadNothing(HttpContext context) =>
        context.Request.QueryString.Value is { Length: > 1 } ? RequestFailure.Malformed("There are no parameters here.") : null;

    private static RequestFailure? Parse(HttpContext context, out QueryParameters query) =>
        QueryParameters.TryParse(context.Request.QueryString.Value!.TrimStart('?'), out query, out RequestFailure? failure) ? null : failure;

    private static Task AnswerAsync<T>(HttpContext context, RequestFailure? failure, T answer) =>
        failure is null ? ViewJson.WriteAsync(context, answer) : ProblemWriter.WriteAsync(context, failure.OfWrite());
}
