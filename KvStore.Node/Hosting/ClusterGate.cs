using Grpc.Core;
using KvStore.Node.FrontEnds;
using KvStore.Node.FrontEnds.Http;

namespace KvStore.Node.Hosting;

/// <summary>
/// Answers what comes in while the node is in no cluster: nothing but who it is, how it is and why. Behind it the member is
/// there.
/// </summary>
internal static class ClusterGate
{
    private const string GrpcContentType = "application/grpc";
    private static readonly string[] AlwaysOpen = ["/health", "/alive", "/openapi", "/kvstore.peer.v1.Peer/Introduce", "/grpc."];

    public static void UseClusterGate(this WebApplication app, MemberHost host) => app.Use((context, next) =>
        host.Parts is not null || AlwaysOpen.Any(path => context.Request.Path.Value!.StartsWith(path, StringComparison.Ordinal))
            ? next(context)
            : AnswerAsync(context, host));

    private static Task AnswerAsync(HttpContext context, MemberHost host)
    {
        if (context.Request.ContentType?.StartsWith(GrpcContentType, StringComparison.Ordinal) == true)
        {
            context.Response.ContentType = GrpcContentType;
            context.Response.Headers["grpc-status"] = $"{(int)StatusCode.Unavailable}";
            context.Response.Headers["grpc-message"] = Uri.EscapeDataString($"{host.Name} is in no cluster yet: {host.Reason}");
            return Task.CompletedTask;
        }

        return context.Request.Path.Value switch
        {
            "/cluster" => ViewJson.WriteAsync(context, ClusterPage.OfNone(host.Name, host.Reason)),
            "/admin/status" => ViewJson.WriteAsync(context, new Protocol.MemberStatus { Name = host.Name, State = "starting", Reason = $"It is in no cluster yet: {host.Reason}" }),
            _ => ProblemWriter.WriteAsync(
                context, new RequestFailure(FailureKind.NotServing, $"{host.Name} is in no cluster yet: {host.Reason}", Coordination.OperationOutcome.NotApplied)),
        };
    }
}
