using System.Net.Http;
using KvStore.Client;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>No value, a value that was deleted and a value without bytes are three things, through every node.</summary>
[Collection(nameof(SharedCluster))]
public sealed class AbsentDeletedEmptyTests(SharedCluster shared)
{
    private static readonly string[] Keys = ["state-absent", "state-deleted", "state-empty"];

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Http_tells_absent_deleted_and_empty_apart()
    {
        await PrepareAsync();
        foreach (string node in RunningCluster.Nodes)
        {
            HttpClient client = shared.Cluster.Http(node);

            Assert.Equal(
                [new Answer("404", "absent"), new Answer("404", "deleted"), new Answer("200", Value: "")],
                await AnswersAsync(key => Answer.OfHttpAsync(client, HttpMethod.Get, $"/kv/{key}", body: null, _cancellation)));
        }
    }

    [Fact]
    public async Task Grpc_tells_absent_deleted_and_empty_apart()
    {
        await PrepareAsync();
        foreach (string node in RunningCluster.Nodes)
        {
            Uri address = shared.Cluster.GrpcAddress(node);

            Assert.Equal(
                [new Answer("NotFound", "absent"), new Answer("NotFound", "deleted"), new Answer("OK", Value: "")],
                await AnswersAsync(key => Answer.OfGrpcGetAsync(address, key, _cancellation)));
        }
    }

    [Fact]
    public async Task The_client_tells_an_empty_value_from_none()
    {
        await PrepareAsync();
        foreach (string node in RunningCluster.Nodes)
        {
            KvClient client = shared.Cluster.Grpc(node);

            List<int?> lengths = [];
            foreach (string key in Keys)
            {
                lengths.Add((await client.GetAsync(key, cancellationToken: _cancellation))?.Bytes.Length);
            }

            Assert.Equal([null, null, 0], lengths);
        }
    }

    [Fact]
    public async Task A_delete_says_whether_there_was_a_value()
    {
        HttpClient client = shared.Cluster.Http("node2");
        List<Answer> answers = [];
        foreach ((HttpMethod method, byte[]? body) in new (HttpMethod, byte[]?)[]
        {
            (HttpMethod.Delete, null), (HttpMethod.Put, []), (HttpMethod.Delete, null), (HttpMethod.Delete, null),
        })
        {
            answers.Add(await Answer.OfHttpAsync(client, method, "/kv/state-again", body, _cancellation));
        }

        Assert.Equal(
            [new Answer("404", "absent", "not-applied"), new Answer("204"), new Answer("204"), new Answer("404", "deleted", "not-applied")],
            answers);
    }

    private static async Task<List<Answer>> AnswersAsync(Func<string, Task<Answer>> ask)
    {
        List<Answer> answers = [];
        foreach (string key in Keys)
        {
            answers.Add(await ask(key));
        }

        return answers;
    }

    private async Task PrepareAsync()
    {
        KvClient client = shared.Cluster.Grpc("node1");
        await client.PutAsync("state-deleted", "once", cancellationToken: _cancellation);
        await client.DeleteAsync("state-deleted", cancellationToken: _cancellation);
        await client.PutAsync("state-empty", "", cancellationToken: _cancellation);
    }
}
