using System.Diagnostics;
using System.Threading.Channels;
using KvStore.Node;
using KvStore.Node.Configuration;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

public sealed class RespTraceTests : IDisposable
{
    private const string Caller = "b7ad6b7169203331";

    private readonly Channel<Activity> _ended = Channel.CreateUnbounded<Activity>();
    private readonly ActivityListener _listener;

    public RespTraceTests()
    {
        _listener = new ActivityListener { ShouldListenTo = source => source.Name == "KvStore.Node", ActivityStopped = span => _ended.Writer.TryWrite(span) };
        ActivitySource.AddActivityListener(_listener);
    }

    [Theory]
    [InlineData("SET traced v", "put shop", "put")]
    [InlineData("APPEND traced v", "append shop", "put")]
    [InlineData("MGET traced other", "mget shop", "mget")]
    public async Task The_next_command_and_no_other_joins_the_callers_trace(string command, string name, string operation)
    {
        string trace = ActivityTraceId.CreateRandom().ToHexString();
        await using RunningNode node = await RunningNode.StartAsync(new NodeOptions { Cluster = "shop", TracesPerSecondMax = 0, Resp = new RespOptions { Port = 0 } });
        await using RespTalk talk = await RespTalk.ConnectAsync(node);
        Assert.Equal("+OK", await talk.AskAsync($"KV.TRACEPARENT 00-{trace}-{Caller}-01"));
        Assert.DoesNotContain("-", await talk.AskAsync(command), StringComparison.Ordinal);
        Assert.Equal(":0", await talk.AskAsync("EXISTS absent"));

        Activity span = await ServerSpanAsync(trace);
        Assert.Equal(
            (name, Caller, "kvstore", operation, "ok"),
            (span.DisplayName, span.ParentSpanId.ToHexString(), $"{span.GetTagItem("db.system.name")}", $"{span.GetTagItem("db.operation.name")}", $"{span.GetTagItem("db.response.status_code")}"));
        while (_ended.Reader.TryRead(out Activity? other))
        {
            Assert.False(other.TraceId.ToHexString() == trace && other.Kind == ActivityKind.Server, other.DisplayName);
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task<Activity> ServerSpanAsync(string trace)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (true)
        {
            Activity span = await _ended.Reader.ReadAsync(patience.Token);
            if (span.TraceId.ToHexString() == trace && span.Kind == ActivityKind.Server)
            {
                return span;
            }
        }
    }
}
