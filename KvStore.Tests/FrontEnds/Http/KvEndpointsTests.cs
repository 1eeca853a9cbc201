using System.Globalization;
using System.Net;
using System.Text;
using Xunit;

namespace KvStore.Tests.FrontEnds.Http;

public sealed class KvEndpointsTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private static readonly byte[] Value = "value"u8.ToArray();

    [Fact]
    public async Task Absent_deleted_and_empty_are_three_things()
    {
        Assert.Equal(new HttpAnswer(HttpStatusCode.NotFound, "absent", null), await AnswerAsync(HttpMethod.Get, "/kv/three"));
        Assert.Equal(new HttpAnswer(HttpStatusCode.NotFound, "absent", "not-applied"), await AnswerAsync(HttpMethod.Delete, "/kv/three"));

        Assert.Equal(new HttpAnswer(HttpStatusCode.NoContent, null, null), await AnswerAsync(HttpMethod.Put, "/kv/three", []));
        using (HttpResponseMessage empty = await shared.Node.SendAsync(HttpMethod.Get, "/kv/three"))
        {
            Assert.Equal((HttpStatusCode.OK, 0L), (empty.StatusCode, empty.Content.Headers.ContentLength));
        }

        Assert.Equal(new HttpAnswer(HttpStatusCode.NoContent, null, null), await AnswerAsync(HttpMethod.Delete, "/kv/three"));
        Assert.Equal(new HttpAnswer(HttpStatusCode.NotFound, "deleted", null), await AnswerAsync(HttpMethod.Get, "/kv/three"));
        Assert.Equal(new HttpAnswer(HttpStatusCode.NotFound, "deleted", "not-applied"), await AnswerAsync(HttpMethod.Delete, "/kv/three"));
    }

    [Fact]
    public async Task A_value_comes_back_as_it_was_with_the_version_of_its_put()
    {
        byte[] value = new byte[SharedNode.ValueBytesMax];
        new Random(1).NextBytes(value);
        using HttpResponseMessage put = await shared.Node.SendAsync(HttpMethod.Put, "/kv/back", value);
        using HttpResponseMessage got = await shared.Node.SendAsync(HttpMethod.Get, "/kv/back");
        using HttpResponseMessage head = await shared.Node.SendAsync(HttpMethod.Head, "/kv/back");

        Assert.Equal(value, await got.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal((put.Headers.ETag, true, "application/octet-stream"), (got.Headers.ETag, got.Headers.CacheControl!.NoStore, TypeOf(got)));
        Assert.Equal((HttpStatusCode.OK, put.Headers.ETag, value.Length), (head.StatusCode, head.Headers.ETag, head.Content.Headers.ContentLength));
    }

    [Theory]
    [InlineData("/kv/%FF%C3%28", "/kv?key=%ff%C3(")]
    [InlineData("/kv/a%2Fb", "/kv?key=a/b")]
    [InlineData("/kv/..", "/kv?key=%2E%2E")]
    [InlineData("/kv/%2e%2e", "/kv?key=..")]
    [InlineData("/kv/key%20with+plus", "/kv?key=key+with%2Bplus")]
    [InlineData("/kv/%F0%9F%97%9D", "/kv?key=%F0%9F%97%9D")]
    public async Task A_key_is_the_same_in_the_path_and_as_a_parameter_whatever_its_bytes(string inPath, string asParameter)
    {
        byte[] value = Encoding.UTF8.GetBytes(inPath);
        Assert.Equal(HttpStatusCode.NoContent, (await AnswerAsync(HttpMethod.Put, inPath, value)).Status);

        using HttpResponseMessage got = await shared.Node.SendAsync(HttpMethod.Get, asParameter);
        Assert.Equal(value, await got.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_zero_byte_is_part_of_a_key_as_a_parameter_and_refused_in_a_path()
    {
        Assert.Equal(HttpStatusCode.NoContent, (await AnswerAsync(HttpMethod.Put, "/kv?key=zero%00byte", Value)).Status);
        Assert.Equal(HttpStatusCode.OK, (await AnswerAsync(HttpMethod.Get, "/kv?key=zero%00byte")).Status);
        Assert.Equal("absent", (await AnswerAsync(HttpMethod.Get, "/kv?key=zero")).Type);

        Assert.Equal("HTTP/1.1 400 Bad Request", await shared.Node.SendRawAsync("GET /kv/zero%00byte HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    [Fact]
    public async Task Keys_have_up_to_4096_bytes_even_if_every_one_is_percent_encoded()
    {
        string longest = string.Concat(Enumerable.Repeat("%C3", 4096));
        Assert.Equal(HttpStatusCode.NoContent, (await AnswerAsync(HttpMethod.Put, "/kv/" + longest, Value)).Status);
        Assert.Equal(new HttpAnswer(HttpStatusCode.BadRequest, "key-too-long", "not-applied"), await AnswerAsync(HttpMethod.Put, "/kv/a" + longest, Value));
    }

    [Theory]
    [InlineData("PUT", "/kv/", "empty-key")]
    [InlineData("PUT", "/kv?key=", "empty-key")]
    [InlineData("PUT", "/kv", "malformed")]
    [InlineData("PUT", "/kv/a/b", "malformed")]
    [InlineData("PUT", "/kv/a%2", "malformed")]
    [InlineData("PUT", "/kv/a?consistency=most", "unknown-consistency")]
    [InlineData("PUT", "/kv/a?consistency=0", "unknown-consistency")]
    [InlineData("PUT", "/kv/a?consistency=2", "level-too-high")]
    [InlineData("PUT", "/kv/a?ttl=0", "malformed")]
    [InlineData("PUT", "/kv/a?ttl=-1", "malformed")]
    [InlineData("PUT", "/kv/a?ttl=1.5", "malformed")]
    [InlineData("PUT", "/kv/a?ttl=99999999999", "malformed")]
    [InlineData("PUT", "/kv/a?tll=1", "malformed")]
    [InlineData("PUT", "/kv/a?timeout=0", "malformed")]
    [InlineData("DELETE", "/kv/a?ttl=1", "malformed")]
    [InlineData("PUT", "/kv/a?previous=yes", "malformed")]
    [InlineData("DELETE", "/kv/a?previous=", "malformed")]
    [InlineData("POST", "/kv/a/append?previous=true", "malformed")]
    [InlineData("POST", "/kv/a/append?ttl=1", "malformed")]
    [InlineData("POST", "/kv/append?key=", "empty-key")]
    [InlineData("POST", "/kv/a/increment?by=x", "malformed")]
    [InlineData("POST", "/kv/a/increment?by=9223372036854775808", "malformed")]
    public async Task A_malformed_write_is_a_400_that_says_not_applied(string method, string target, string type) => Assert.Equal(
        new HttpAnswer(HttpStatusCode.BadRequest, type, "not-applied"), await AnswerAsync(new HttpMethod(method), target, Value));

    [Theory]
    [InlineData("If-Match", "version")]
    [InlineData("If-Match", "\"version\"")]
    [InlineData("If-Match", "W/\"1-1-1-1\"")]
    [InlineData("If-None-Match", "\"1-1-1-1\"")]
    public async Task A_malformed_condition_is_a_400_that_names_the_header(string header, string value)
    {
        using HttpResponseMessage answer = await shared.Node.SendAsync(HttpMethod.Put, "/kv/a", Value, (header, value));

        Assert.Equal(new HttpAnswer(HttpStatusCode.BadRequest, "malformed", "not-applied"), await HttpAnswer.ReadAsync(answer));
        Assert.Contains(header, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_value_over_the_limit_is_a_413_whether_its_length_is_said_or_not(bool saysLength)
    {
        using HttpRequestMessage request = new(HttpMethod.Put, "/kv/large");
        request.Content = new ByteArrayContent(new byte[SharedNode.ValueBytesMax + 1]);
        request.Headers.TransferEncodingChunked = !saysLength;
        using HttpResponseMessage answer = await shared.Node.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(new HttpAnswer(HttpStatusCode.RequestEntityTooLarge, "value-too-large", "not-applied"), await HttpAnswer.ReadAsync(answer));
        Assert.Contains("100000 are allowed", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("absent", (await AnswerAsync(HttpMethod.Get, "/kv/large")).Type);
    }

    [Fact]
    public async Task A_value_of_unsaid_length_is_taken_up_to_the_limit()
    {
        byte[] value = new byte[SharedNode.ValueBytesMax];
        new Random(2).NextBytes(value);
        using HttpRequestMessage request = new(HttpMethod.Put, "/kv/chunked");
        request.Content = new ByteArrayContent(value);
        request.Headers.TransferEncodingChunked = true;
        using HttpResponseMessage answer = await shared.Node.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(value, await shared.Node.Http.GetByteArrayAsync("/kv/chunked", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Conditions_hold_or_answer_412_with_the_current_version()
    {
        using HttpResponseMessage first = await shared.Node.SendAsync(HttpMethod.Put, "/kv/if", Value, ("If-None-Match", "*"));
        using HttpResponseMessage again = await shared.Node.SendAsync(HttpMethod.Put, "/kv/if", Value, ("If-None-Match", "*"));
        using HttpResponseMessage second = await shared.Node.SendAsync(HttpMethod.Put, "/kv/if", Value, ("If-Match", first.Headers.ETag!.Tag));
        using HttpResponseMessage stale = await shared.Node.SendAsync(HttpMethod.Delete, "/kv/if", null, ("If-Match", first.Headers.ETag!.Tag));
        using HttpResponseMessage absent = await shared.Node.SendAsync(HttpMethod.Put, "/kv/if-not", Value, ("If-Match", "*"));

        HttpAnswer failed = new(HttpStatusCode.PreconditionFailed, "condition-failed", "not-applied");
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (first.StatusCode, second.StatusCode));
        Assert.Equal((failed, first.Headers.ETag), (await HttpAnswer.ReadAsync(again), again.Headers.ETag));
        Assert.Equal((failed, second.Headers.ETag), (await HttpAnswer.ReadAsync(stale), stale.Headers.ETag));
        Assert.Equal((failed, null), (await HttpAnswer.ReadAsync(absent), absent.Headers.ETag));
        Assert.NotEqual(first.Headers.ETag, second.Headers.ETag);
    }

    [Fact]
    public async Task Of_conditional_puts_that_race_exactly_one_takes_effect()
    {
        using HttpResponseMessage before = await shared.Node.SendAsync(HttpMethod.Put, "/kv/race", Value);
        HttpAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => AnswerAsync(
            HttpMethod.Put, "/kv/race", [(byte)number], ("If-Match", before.Headers.ETag!.Tag))));

        Assert.Single(answers, new HttpAnswer(HttpStatusCode.NoContent, null, null));
        Assert.Equal(15, answers.Count(answer => answer == new HttpAnswer(HttpStatusCode.PreconditionFailed, "condition-failed", "not-applied")));
    }

    [Fact]
    public async Task Increments_add_up_and_text_is_a_409()
    {
        string[] numbers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => IncrementAsync(
            number % 2 == 0 ? "/kv/sum/increment" : "/kv/increment?key=sum&by=1")));
        Assert.Equal(Enumerable.Range(1, 20), numbers.Select(number => int.Parse(number, CultureInfo.InvariantCulture)).Order());
        Assert.Equal("-10", await IncrementAsync("/kv/sum/increment?by=-30"));
        Assert.Equal("-10", await shared.Node.Http.GetStringAsync("/kv/sum", TestContext.Current.CancellationToken));

        await AnswerAsync(HttpMethod.Put, "/kv/text", Value);
        Assert.Equal(
            new HttpAnswer(HttpStatusCode.Conflict, "not-a-number", "not-applied"), await AnswerAsync(HttpMethod.Post, "/kv/text/increment"));
    }

    [Fact]
    public async Task Conditions_and_increments_need_a_majority_and_one_of_one_is_that()
    {
        Assert.Equal(HttpStatusCode.NoContent, (await AnswerAsync(HttpMethod.Put, "/kv/one?consistency=one", Value)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await AnswerAsync(HttpMethod.Delete, "/kv/one?consistency=one", null, ("If-Match", "*"))).Status);
        Assert.Equal("1", await IncrementAsync("/kv/one/increment?consistency=one"));
        Assert.Equal(HttpStatusCode.OK, (await AnswerAsync(HttpMethod.Get, "/kv/one?consistency=1&timeout=5000")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AnswerAsync(HttpMethod.Get, "/kv/one?consistency=all")).Status);
    }

    [Fact]
    public async Task A_sampled_trace_sent_in_is_continued()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        using HttpResponseMessage answer = await shared.Node.SendAsync(
            HttpMethod.Get, "/kv/traced", null, ("traceparent", $"00-{Trace}-b7ad6b7169203331-01"));

        string response = Assert.Single(answer.Headers.GetValues("traceresponse"));
        Assert.Equal((Trace, "01"), (response[3..35], response[^2..]));
        Assert.DoesNotContain("b7ad6b7169203331", response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound, "no-such-resource")]
    [InlineData("PATCH", "/kv/a", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    [InlineData("POST", "/kv/a/explain", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    [InlineData("DELETE", "/routing_table", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    public async Task What_is_not_there_is_a_problem_too(string method, string target, HttpStatusCode status, string type)
    {
        HttpAnswer answer = await AnswerAsync(new HttpMethod(method), target);

        Assert.Equal((status, type), (answer.Status, answer.Type));
    }

    private static string? TypeOf(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType;

    private async Task<string> IncrementAsync(string target)
    {
        using HttpResponseMessage answer = await shared.Node.SendAsync(HttpMethod.Post, target);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private async Task<HttpAnswer> AnswerAsync(
        HttpMethod method, string target, byte[]? body = null, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await shared.Node.SendAsync(method, target, body, headers);
        return await HttpAnswer.ReadAsync(response);
    }
}
