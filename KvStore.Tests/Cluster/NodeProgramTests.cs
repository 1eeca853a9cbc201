using System.Net;
using System.Text.Json;
using Grpc.Net.Client;
using Grpc.Reflection.V1;
using KvStore.Client;
using KvStore.Tests.FrontEnds;
using KvStore.Tests.FrontEnds.Resp;
using KvStore.Tests.StandIns.Aspire;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>
/// The program answers at every door what a node in the tests' own process answers: also one that was published, and native, where
/// what is looked for in types as it runs may be missing (<c>KVSTORE_NODE</c>).
/// </summary>
[Collection(nameof(RealProcesses))]
public sealed class NodeProgramTests : IDisposable
{
    private readonly TemporaryDirectory _data = new(inMemory: true);
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_answers_as_a_node_in_this_process_does()
    {
        (int http, int grpc, int resp) = (FreePorts.Take(), FreePorts.Take(), FreePorts.Take());
        await using NodeProcess program = NodeProcess.Start(
            ("DataDirectory", _data.Path), ("HttpPort", $"{http}"), ("GrpcPort", $"{grpc}"), ("Resp:Port", $"{resp}"));
        await using RunningNode node = await RunningNode.StartAsync();
        await program.WaitUntilHealthyAsync("start", http, _cancellation);
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{http}") };
        foreach (HttpClient each in new[] { client, node.Http })
        {
            using StringContent value = new("value");
            using HttpResponseMessage put = await each.PutAsync("/kv/key", value, _cancellation);
            put.EnsureSuccessStatusCode();
        }

        foreach (string view in new[] { "/cluster", "/routing_table", "/admin/status", "/kv/key/explain", "/kv?prefix=k", "/kv/none", "/cluster/join/none" })
        {
            Assert.Equal(await ShapeAsync(node.Http, view), await ShapeAsync(client, view));
        }

        Assert.Equal(await DescriptionAsync(node.Http), await DescriptionAsync(client));
        Assert.Equal(await ServicesAsync(node.GrpcEndPoint.Port), await ServicesAsync(grpc));
        using KvClient store = new(new KvClientOptions { Endpoints = [new Uri($"http://127.0.0.1:{grpc}")] });
        Assert.Equal("value", (await store.GetAsync("key", cancellationToken: _cancellation))?.Text);
        await using RespTalk talk = await RespTalk.ConnectAsync(new IPEndPoint(IPAddress.Loopback, resp));
        Assert.Equal("$value", await talk.AskAsync("GET key"));
        program.FailIfEnded("asked");
    }

    public void Dispose() => _data.Dispose();

    /// <summary>The names and kinds of all that is in a view.</summary>
    private async Task<string> ShapeAsync(HttpClient node, string view)
    {
        using HttpResponseMessage response = await node.GetAsync(view, _cancellation);
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(_cancellation));
        return $"{view}: {(int)response.StatusCode} {ShapeOf(document.RootElement)}";
    }

    private static string ShapeOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(", ", element.EnumerateObject().Select(property => $"{property.Name}: {ShapeOf(property.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(", ", element.EnumerateArray().Take(1).Select(ShapeOf))}]",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => $"{element.ValueKind}",
    };

    private async Task<string> DescriptionAsync(HttpClient node)
    {
        using JsonDocument document = JsonDocument.Parse(await node.GetStringAsync("/openapi/v1.json", _cancellation));
        return document.RootElement.GetProperty("paths").GetRawText() + document.RootElement.GetProperty("components").GetRawText();
    }

    private async Task<string[]> ServicesAsync(int port)
    {
        using GrpcChannel channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(cancellationToken: _cancellation);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, _cancellation);
        Assert.True(await call.ResponseStream.MoveNext(_cancellation));
        return [.. call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).Order(StringComparer.Ordinal)];
    }
}
