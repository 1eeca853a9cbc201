using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using KvStore.Client;
using Xunit;

namespace KvStore.Tests.Cluster;

[Collection(nameof(SharedCluster))]
public sealed class ReadWriteTests(SharedCluster shared)
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    [InlineData(1024 * 1024)]
    public async Task A_value_put_over_http_is_read_through_every_node(int length)
    {
        foreach (string writer in RunningCluster.Nodes)
        {
            string key = $"http-{writer}-{length}";
            byte[] value = RandomNumberGenerator.GetBytes(length);

            using HttpResponseMessage put = await shared.Cluster.Http(writer).PutAsync($"/kv/{key}", new ByteArrayContent(value), _cancellation);

            Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
            await AssertReadEverywhereAsync(key, value, put.Headers.ETag!.Tag);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    [InlineData(1024 * 1024)]
    public async Task A_value_put_over_grpc_is_read_through_every_node(int length)
    {
        foreach (string writer in RunningCluster.Nodes)
        {
            string key = $"grpc-{writer}-{length}";
            byte[] value = RandomNumberGenerator.GetBytes(length);

            PutResult put = await shared.Cluster.Grpc(writer).PutAsync(key, value, consistency: Consistency.Quorum, cancellationToken: _cancellation);

            Assert.True(put.Applied);
            await AssertReadEverywhereAsync(key, value, $"\"{put.Version}\"");
        }
    }

    [Fact]
    public async Task A_value_written_over_is_read_through_no_node_any_more()
    {
        const int Writes = 50;
        for (int write = 0; write < Writes; write++)
        {
            string value = $"{write}";
            string writer = RunningCluster.Nodes[write % RunningCluster.Nodes.Count];
            await shared.Cluster.Grpc(writer).PutAsync("overwritten", value, cancellationToken: _cancellation);

            string[] read = await Task.WhenAll(RunningCluster.Nodes.Select(async reader =>
                (await shared.Cluster.Grpc(reader).GetAsync("overwritten", cancellationToken: _cancellation))!.Text));

            Assert.Equal([value, value, value], read);
        }
    }

    private async Task AssertReadEverywhereAsync(string key, byte[] value, string tag)
    {
        foreach (string reader in RunningCluster.Nodes)
        {
            using HttpResponseMessage response = await shared.Cluster.Http(reader).GetAsync($"/kv/{key}?consistency=quorum", _cancellation);
            byte[] overHttp = await response.Content.ReadAsByteArrayAsync(_cancellation);
            KvValue? overGrpc = await shared.Cluster.Grpc(reader).GetAsync(key, Consistency.Quorum, _cancellation);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(tag, response.Headers.ETag!.Tag);
            Assert.True(value.AsSpan().SequenceEqual(overHttp), $"{reader} answered other bytes over HTTP.");
            Assert.Equal(new KvValue(value, tag.Trim('"'), ExpiresAt: null), overGrpc);
        }
    }
}
