using System.Net;
using System.Text;
using Xunit;

namespace KvStore.Tests.FrontEnds.Http;

/// <summary>Appends, and writes that answer what they replaced.</summary>
public sealed class ReplacingEndpointsTests(SharedNode shared) : IClassFixture<SharedNode>
{
    [Fact]
    public async Task Appends_at_once_are_each_there_once_and_tell_the_length()
    {
        (HttpStatusCode Status, string Text)[] answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(number =>
            SendAsync(HttpMethod.Post, number % 2 == 0 ? "/kv/log/append" : "/kv/append?key=log", $"{number};")));

        Assert.Equal(
            Enumerable.Range(1, 10).Select(count => (HttpStatusCode.OK, Length: count * 2)),
            answers.Select(answer => (answer.Status, Length: int.Parse(answer.Text))).OrderBy(answer => answer.Length));
        string[] parts = (await SendAsync(HttpMethod.Get, "/kv/log")).Text.Split(';', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, 10).Select(number => $"{number}"), parts.Order());
    }

    [Fact]
    public async Task An_append_that_would_pass_the_limit_is_a_413_and_changes_nothing()
    {
        byte[] most = new byte[SharedNode.ValueBytesMax];
        using HttpResponseMessage put = await shared.Node.SendAsync(HttpMethod.Put, "/kv/full", most);
        using HttpResponseMessage append = await shared.Node.SendAsync(HttpMethod.Post, "/kv/full/append", [1]);
        using HttpResponseMessage nothing = await shared.Node.SendAsync(HttpMethod.Post, "/kv/full/append", []);

        Assert.Equal(new HttpAnswer(HttpStatusCode.RequestEntityTooLarge, "value-too-large", "not-applied"), await HttpAnswer.ReadAsync(append));
        Assert.Contains(
            "The value has 100000 bytes; with 1 more it would have more than the 100000 allowed",
            await append.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "100000"), (nothing.StatusCode, await nothing.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task An_append_takes_conditions()
    {
        using HttpResponseMessage absent = await shared.Node.SendAsync(HttpMethod.Post, "/kv/if-log/append", [1], ("If-Match", "*"));
        using HttpResponseMessage first = await shared.Node.SendAsync(HttpMethod.Post, "/kv/if-log/append", [1], ("If-None-Match", "*"));
        using HttpResponseMessage next = await shared.Node.SendAsync(HttpMethod.Post, "/kv/if-log/append", [2], ("If-Match", first.Headers.ETag!.Tag));
        using HttpResponseMessage stale = await shared.Node.SendAsync(HttpMethod.Post, "/kv/if-log/append", [3], ("If-Match", first.Headers.ETag!.Tag));

        HttpAnswer failed = new(HttpStatusCode.PreconditionFailed, "condition-failed", "not-applied");
        Assert.Equal((failed, failed), (await HttpAnswer.ReadAsync(absent), await HttpAnswer.ReadAsync(stale)));
        Assert.Equal((HttpStatusCode.OK, next.Headers.ETag), (next.StatusCode, stale.Headers.ETag));
    }

    [Fact]
    public async Task A_put_answers_what_it_replaced_where_it_is_asked_to()
    {
        using HttpResponseMessage first = await shared.Node.SendAsync(HttpMethod.Put, "/kv/swap?previous=true", "one"u8.ToArray());
        using HttpResponseMessage second = await shared.Node.SendAsync(HttpMethod.Put, "/kv/swap?previous=true", []);
        using HttpResponseMessage third = await shared.Node.SendAsync(HttpMethod.Put, "/kv/swap?previous=true", "three"u8.ToArray());
        using HttpResponseMessage fourth = await shared.Node.SendAsync(HttpMethod.Put, "/kv/swap?previous=false", "four"u8.ToArray());

        Assert.Equal((HttpStatusCode.NoContent, ""), (first.StatusCode, PreviousVersionOf(first)));
        Assert.Equal((HttpStatusCode.OK, "one", first.Headers.ETag!.Tag), (second.StatusCode, await TextOf(second), PreviousVersionOf(second)));
        Assert.Equal((HttpStatusCode.OK, "", second.Headers.ETag!.Tag), (third.StatusCode, await TextOf(third), PreviousVersionOf(third)));
        Assert.Equal((HttpStatusCode.NoContent, ""), (fourth.StatusCode, PreviousVersionOf(fourth)));
    }

    [Fact]
    public async Task A_delete_answers_what_it_removed_where_it_is_asked_to()
    {
        using HttpResponseMessage put = await shared.Node.SendAsync(HttpMethod.Put, "/kv/take", "it"u8.ToArray());
        using HttpResponseMessage taken = await shared.Node.SendAsync(HttpMethod.Delete, "/kv/take?previous=true");
        using HttpResponseMessage again = await shared.Node.SendAsync(HttpMethod.Delete, "/kv/take?previous=true");

        Assert.Equal((HttpStatusCode.OK, "it", put.Headers.ETag!.Tag), (taken.StatusCode, await TextOf(taken), PreviousVersionOf(taken)));
        Assert.Equal(new HttpAnswer(HttpStatusCode.NotFound, "deleted", "not-applied"), await HttpAnswer.ReadAsync(again));
    }

    private static string PreviousVersionOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Previous-Version", out IEnumerable<string>? values) ? values.Single() : "";

    private static Task<string> TextOf(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpMethod method, string target, string? body = null)
    {
        using HttpResponseMessage answer = await shared.Node.SendAsync(method, target, body is null ? null : Encoding.UTF8.GetBytes(body));
        return (answer.StatusCode, await TextOf(answer));
    }
}
