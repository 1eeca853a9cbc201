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

        // The coordinator's own replica is in its lane: its part is within the span of the round.
        await Eventually.IsAsync(
            "trace of a put",
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
                node2 Client: prepare node1
                  node1 Server: replica Prepare
                node2 Client: prepare node2
                node2 Client: prepare node3
                  node3 Server: replica Prepare
            """,
            _ => Task.FromResult(ReceivedTrace.Find(shared.Telemetry, traceId).Describe(rootId)),
            _cancellation);
    }
}
