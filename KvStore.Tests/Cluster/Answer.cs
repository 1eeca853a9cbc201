using System.Net.Http;
using System.Net.Http.Json;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KvStore.Client;
using KvStore.Protocol;

namespace KvStore.Tests.Cluster;

/// <summary>
/// What a node said to a request, in whichever protocol: what a person would tell apart, and nothing that differs from run to run.
/// </summary>
/// <param name="Status">HTTP's number or gRPC's name.</param>
/// <param name="Type">The failure's stable name; empty if there was none.</param>
/// <param name="Outcome">Of a write that failed; empty otherwise.</param>
/// <param name="Value">Hexadecimal; null where no value was answered, which is not the same as an empty one.</param>
internal sealed record Answer(string Status, string Type = "", string Outcome = "", string? Value = null)
{
    private const string ProblemPrefix = "urn:kvstore:problem:";

    private static readonly Method<GetRequest, GetReply> GetMethod = new(
        MethodType.Unary,
        "kvstore.v1.Kv",
        "Get",
        Marshallers.Create(request => request.ToByteArray(), GetRequest.Parser.ParseFrom),
        Marshallers.Create(reply => reply.ToByteArray(), GetReply.Parser.ParseFrom));

    public static async Task<Answer> OfHttpAsync(HttpClient client, HttpMethod method, string path, byte[]? body, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, path) { Content = body is null ? null : new ByteArrayContent(body) };
        using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
        string status = $"{(int)response.StatusCode}";
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            string type = problem.GetProperty("type").GetString()!;
            Xunit.Assert.StartsWith(ProblemPrefix, type, StringComparison.Ordinal);
            return new Answer(status, type[ProblemPrefix.Length..], problem.TryGetProperty("outcome", out JsonElement outcome) ? outcome.GetString()! : "");
        }

        byte[] bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return new Answer(status, Value: method == HttpMethod.Get ? Convert.ToHexStringLower(bytes) : null);
    }

    /// <summary>A get by the protocol alone: the client library tells a caller only that there is no value.</summary>
    public static async Task<Answer> OfGrpcGetAsync(Uri address, string key, CancellationToken cancellationToken)
    {
        using GrpcChannel channel = GrpcChannel.ForAddress(address);
        try
        {
            GetReply reply = await channel.CreateCallInvoker().AsyncUnaryCall(
                GetMethod, host: null, new CallOptions(cancellationToken: cancellationToken), new GetRequest { Key = ByteString.CopyFromUtf8(key) });
            return new Answer(nameof(StatusCode.OK), Value: Convert.ToHexStringLower(reply.Value.Span));
        }
        catch (RpcException failure)
        {
            byte[] detail = failure.Trailers.GetValueBytes("kvstore-error-bin") ?? [];
            return new Answer($"{failure.StatusCode}", ErrorDetail.Parser.ParseFrom(detail).Type);
        }
    }

    /// <summary>What the client library makes of an operation that fails.</summary>
    public static async Task<Answer> OfFailureAsync<T>(Task<T> operation)
    {
        KvException failure = await Xunit.Assert.ThrowsAsync<KvException>(() => operation);
        return new Answer(failure.StatusCode, failure.ErrorType, failure.Outcome == KvOutcome.NotApplied ? "not-applied" : "unknown");
    }
}
