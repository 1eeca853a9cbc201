using System.Diagnostics;
using System.Net;
using System.Threading.Channels;
using KvStore.Node;
using KvStore.Node.Ring;
using Xunit;

namespace KvStore.Tests.FrontEnds;

public sealed class OperationSpanTests : IDisposable
{
    private readonly string _trace = ActivityTraceId.CreateRandom().ToHexString();
    private readonly Channel<Activity> _ended = Channel.CreateUnbounded<Activity>();
    private readonly ActivityListener _listener;

    public OperationSpanTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "KvStore.Node" or "Microsoft.AspNetCore",
            ActivityStopped = span => _ended.Writer.TryWrite(span),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [Fact]
    public async Task A_traced_operation_says_what_it_did_and_not_to_which_key()
    {
        await using RunningNode node = await RunningNode.StartAsync(new NodeOptions { Cluster = "shop" });
        (await node.SendAsync(HttpMethod.Put, "/kv/secret?consistency=all", [1], ("traceparent", $"00-{_trace}-b7ad6b7169203331-01"))).Dispose();
        Activity span = await EndedAsync("Microsoft.AspNetCore");

        Assert.Equal(
            ("PUT /kv/{key}", "kvstore", "shop", "put", "ok", new Key("secret"u8.ToArray()).Hash.ToString("x16"), null),
            (span.DisplayName, Tag(span, "db.system.name"), Tag(span, "db.namespace"), Tag(span, "db.operation.name"),
                Tag(span, "db.response.status_code"), Tag(span, "kvstore.key.hash"), Tag(span, "error.type")));
        Assert.DoesNotContain(span.TagObjects, tag => tag.Value?.ToString()?.Contains("secret", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task An_operation_that_fails_untraced_is_reported_under_the_trace_its_caller_knows()
    {
        await using RunningNode node = await RunningNode.StartAsync(new NodeOptions { Cluster = "shop" });
        node.StopAdmitting();
        using HttpResponseMessage answer = await node.SendAsync(
            HttpMethod.Get, "/kv/a", null, ("traceparent", $"00-{_trace}-b7ad6b7169203331-00"));
        Activity span = await EndedAsync("KvStore.Node");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(
            ("get shop", ActivityKind.Server, "not-serving", "not-serving", ActivityStatusCode.Error),
            (span.DisplayName, span.Kind, Tag(span, "db.response.status_code"), Tag(span, "error.type"), span.Status));
    }

    [Fact]
    public async Task An_ordinary_operation_leaves_no_span_untraced()
    {
        await using RunningNode node = await RunningNode.StartAsync(new NodeOptions { Cluster = "shop" });
        using HttpResponseMessage answer = await node.SendAsync(
            HttpMethod.Get, "/kv/nothing", null, ("traceparent", $"00-{_trace}-b7ad6b7169203331-00"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        while (_ended.Reader.TryRead(out Activity? span))
        {
            Assert.False(IsOfThisTest(span) && span.Recorded && span.Duration < TimeSpan.FromMilliseconds(100), span.DisplayName);
        }
    }

    public void Dispose() => _listener.Dispose();

    private static string? Tag(Activity span, string name) => span.GetTagItem(name)?.ToString();

    private bool IsOfThisTest(Activity span) => span.TraceId.ToHexString() == _trace;

    /// <summary>The front end's span of the request; the server's own ends after its answer was sent.</summary>
    private async Task<Activity> EndedAsync(string source)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (true)
        {
            Activity span = await _ended.Reader.ReadAsync(patience.Token);
            if (IsOfThisTest(span) && span is { Recorded: true, Kind: ActivityKind.Server } && span.Source.Name == source)
            {
                return span;
            }
        }
    }
}
