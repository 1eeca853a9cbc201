using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using Xunit;

namespace KvStore.Tests.Cluster;

[Collection(nameof(SharedCluster))]
public sealed class TraceTests(SharedCluster shared)
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_put_is_one_trace_from_the_front_end_to_every_replica()
    {
        string traceId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        string rootId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        using HttpRequestMessage request = new(HttpMethod.Put, "/kv/traced") { Content = new ByteArrayContent([1]) };
        request.Headers.Add("traceparent", $"00-{traceId}-{rootId}-01");

        using HttpResponseMessage response = await shared.Cluster.Http("node2").SendAsync(request, _cancellation);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Contains(traceId, Assert.Single(response.Headers.GetValues("traceresponse")), StringComparison.Ordinal);

        // The coordinator's own replica is in its lane: its part is within the span of the round. A majority is asked to prepare,
        // and the third replica only if it had not been asked for a while, or the others were slow.
        string[] allowed = [Described(1, 2), Described(2, 3), Described(1, 2, 3)];
        await Eventually.IsAsync(
            "trace of a put",
            allowed[0],
            _ => Task.FromResult(ReceivedTrace.Find(shared.Telemetry, traceId).Describe(rootId) is var found && allowed.Contains(found) ? allowed[0] : found),
            _cancellation);
    }

    private static string Described(params int[] prepared) => string.Join(
        '\n',
        [
            """
            node2 Server: PUT /kv/{key}
              node2 Internal: coordinate
                node2 Client: accept node1
                  node1 Server: replica Accept
                    node1 Internal: append log
                node2 Client: accept node2
                  node2 Internal: append log
                node2 Client: accept node3
                  node3 Server: replica Accept
                    node3 Internal: append log
            """,
            .. prepared.Select(number => number == 2
                ? "    node2 Client: prepare node2"
                : $"    node2 Client: prepare node{number}\n      node{number} Server: replica Prepare"),
        ]);
}
