using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using KvStore.Tests.Simulation.Histories;

namespace KvStore.Tests.Chaos;

/// <summary>One node's REST, asked once for each operation: nothing is tried again. It does not tell a delete's version, so it gets none.</summary>
internal sealed class HttpDoor(Uri address, TimeSpan patience, bool readsStale) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = address };

    public static bool Knows(OperationKind kind) => kind != OperationKind.Delete;

    public async Task<ChaosAnswer> AskAsync(ChaosRequest request)
    {
        using CancellationTokenSource limit = new(patience);
        using HttpRequestMessage message = MessageOf(request);
        try
        {
            using HttpResponseMessage response = await _client.SendAsync(message, limit.Token);
            return await AnswerOfAsync(request, response, limit.Token);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
        {
            // No connection was made, so nothing left.
            return ChaosAnswer.NotApplied;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            return ChaosAnswer.Unknown;
        }
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage MessageOf(ChaosRequest request)
    {
        string path = $"/kv/{request.Key}";
        switch (request.Kind)
        {
            case OperationKind.Read:
                return new HttpRequestMessage(HttpMethod.Get, $"{path}?consistency={(readsStale ? "one" : "quorum")}");
            case OperationKind.Increment:
                // A request without content is sent again by HttpClient where a connection ends before its answer, and then counts twice.
                return new HttpRequestMessage(HttpMethod.Post, $"{path}/increment?by=1") { Content = new ByteArrayContent([]) };
            default:
                HttpRequestMessage put = new(HttpMethod.Put, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.Value!)) };
                if (request is { Kind: OperationKind.CompareAndSet, Expected: { } version })
                {
                    put.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{version}\""));
                }
                else if (request.Kind == OperationKind.CompareAndSet)
                {
                    put.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
                }

                return put;
        }
    }

    private static async Task<ChaosAnswer> AnswerOfAsync(ChaosRequest request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string body = await response.Content.ReadAsStringAsync(cancellationToken);
        string? version = response.Headers.ETag?.Tag.Trim('"');
        if (response.IsSuccessStatusCode)
        {
            return request.Kind == OperationKind.Read
                ? new ChaosAnswer(RecordedOutcome.Committed, Found: version, Value: body)
                : new ChaosAnswer(RecordedOutcome.Committed, Made: version, Value: request.Kind == OperationKind.Increment ? body : null);
        }

        using JsonDocument problem = JsonDocument.Parse(body);
        return response.StatusCode switch
        {
            HttpStatusCode.NotFound => new ChaosAnswer(RecordedOutcome.Committed, Found: TextOf(problem, "version") ?? ChaosAnswer.NoVersion),
            HttpStatusCode.PreconditionFailed => ChaosAnswer.Declined,
            _ when request.Kind == OperationKind.Read || TextOf(problem, "outcome") == "not-applied" => ChaosAnswer.NotApplied,
            _ => ChaosAnswer.Unknown,
        };
    }

    private static string? TextOf(JsonDocument problem, string name) =>
        problem.RootElement.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;
}
