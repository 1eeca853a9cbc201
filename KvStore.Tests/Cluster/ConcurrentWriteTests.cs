using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using KvStore.Client;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>Eight clients at once on one key, through all nodes, half of them over HTTP.</summary>
[Collection(nameof(SharedCluster))]
public sealed class ConcurrentWriteTests(SharedCluster shared)
{
    private const int Clients = 8;
    private const int WritesPerClient = 25;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Increments_from_eight_clients_at_once_lose_none()
    {
        const string Key = "counter";

        long[][] answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            List<long> numbers = [];
            for (int i = 0; i < WritesPerClient; i++)
            {
                numbers.Add(await IncrementAsync(client, Key));
            }

            return numbers.ToArray();
        }));

        // Every number from 1 on was answered to exactly one client, and to each client in order.
        Assert.All(answers, numbers => Assert.Equal(numbers.Order(), numbers));
        Assert.Equal(Enumerable.Range(1, Clients * WritesPerClient).Select(number => (long)number), answers.SelectMany(numbers => numbers).Order());
        Assert.Equal(["200", "200", "200"], await ReadEverywhereAsync(Key));
    }

    [Fact]
    public async Task Conditional_puts_from_eight_clients_at_once_lose_no_update()
    {
        const string Key = "chain";
        await shared.Cluster.Grpc("node1").PutAsync(Key, "0", cancellationToken: _cancellation);

        int refused = 0;
        int[][] written = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            List<int> numbers = [];
            while (numbers.Count < WritesPerClient)
            {
                if (await PutNextAsync(client, Key) is { } number)
                {
                    numbers.Add(number);
                }
                else
                {
                    Interlocked.Increment(ref refused);
                }
            }

            return numbers.ToArray();
        }));

        Assert.True(refused > 0, "No two clients met at the same value.");

        // Had two puts replaced the same value, a number would be there twice and the last one too low.
        Assert.Equal(Enumerable.Range(1, Clients * WritesPerClient), written.SelectMany(numbers => numbers).Order());
        Assert.Equal(["200", "200", "200"], await ReadEverywhereAsync(Key));
    }

    [Fact]
    public async Task Of_eight_clients_that_create_a_key_at_once_one_does()
    {
        for (int round = 0; round < 10; round++)
        {
            string key = $"created-{round}";

            bool[] applied = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
                (await GrpcOf(client).PutAsync(key, $"{client}", condition: KvCondition.Absent, cancellationToken: _cancellation)).Applied));

            string winner = $"{Array.IndexOf(applied, true)}";
            Assert.Equal(1, applied.Count(isApplied => isApplied));
            Assert.Equal([winner, winner, winner], await ReadEverywhereAsync(key));
        }
    }

    private static bool IsOverHttp(int client) => client % 2 == 1;

    private static string NodeOf(int client) => RunningCluster.Nodes[client % RunningCluster.Nodes.Count];

    private HttpClient HttpOf(int client) => shared.Cluster.Http(NodeOf(client));

    private KvClient GrpcOf(int client) => shared.Cluster.Grpc(NodeOf(client));

    private async Task<long> IncrementAsync(int client, string key)
    {
        if (!IsOverHttp(client))
        {
            return (await GrpcOf(client).IncrementAsync(key, cancellationToken: _cancellation)).Value;
        }

        using HttpResponseMessage response = await HttpOf(client).PostAsync($"/kv/{key}/increment", content: null, _cancellation);
        string body = await response.Content.ReadAsStringAsync(_cancellation);
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        return long.Parse(body, CultureInfo.InvariantCulture);
    }

    /// <summary>Replaces the number found by the next one, if it is still there.</summary>
    /// <returns>The number written; null if somebody else was faster.</returns>
    private async Task<int?> PutNextAsync(int client, string key)
    {
        if (!IsOverHttp(client))
        {
            KvValue found = (await GrpcOf(client).GetAsync(key, cancellationToken: _cancellation))!;
            int next = Parse(found.Text) + 1;
            PutResult put = await GrpcOf(client).PutAsync(
                key, $"{next}", condition: KvCondition.VersionIs(found.Version), cancellationToken: _cancellation);
            return put.Applied ? next : null;
        }

        using HttpResponseMessage read = await HttpOf(client).GetAsync($"/kv/{key}", _cancellation);
        int following = Parse(await read.Content.ReadAsStringAsync(_cancellation)) + 1;
        using HttpRequestMessage request = new(HttpMethod.Put, $"/kv/{key}") { Content = new StringContent($"{following}") };
        request.Headers.IfMatch.Add(new EntityTagHeaderValue(read.Headers.ETag!.Tag));
        using HttpResponseMessage written = await HttpOf(client).SendAsync(request, _cancellation);
        Assert.Contains(written.StatusCode, new[] { HttpStatusCode.NoContent, HttpStatusCode.PreconditionFailed });
        return written.StatusCode == HttpStatusCode.NoContent ? following : null;
    }

    private async Task<string[]> ReadEverywhereAsync(string key) => await Task.WhenAll(RunningCluster.Nodes.Select(async node =>
        (await shared.Cluster.Grpc(node).GetAsync(key, cancellationToken: _cancellation))!.Text));

    private static int Parse(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
