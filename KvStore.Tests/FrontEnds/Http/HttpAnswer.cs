using System.Net;
using System.Text.Json;
using Xunit;

namespace KvStore.Tests.FrontEnds.Http;

/// <summary>What a test looks at of a problem.</summary>
/// <param name="Type">Without the part that all have.</param>
internal sealed record HttpAnswer(HttpStatusCode Status, string? Type, string? Outcome)
{
    private const string TypePrefix = "urn:kvstore:problem:";

    /// <summary>Reads an answer, and checks what every answer must have.</summary>
    public static async Task<HttpAnswer> ReadAsync(HttpResponseMessage response)
    {
        string trace = Assert.Single(response.Headers.GetValues("traceresponse"));
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", trace);
        if ((int)response.StatusCode < 400)
        {
            return new HttpAnswer(response.StatusCode, null, null);
        }

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        JsonElement problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal((int)response.StatusCode, problem.GetProperty("status").GetInt32());
        Assert.Equal(trace[3..35], problem.GetProperty("traceId").GetString());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        string type = problem.GetProperty("type").GetString()!;
        Assert.StartsWith(TypePrefix, type, StringComparison.Ordinal);
        return new HttpAnswer(
            response.StatusCode, type[TypePrefix.Length..], problem.TryGetProperty("outcome", out JsonElement outcome) ? outcome.GetString() : null);
    }
}
