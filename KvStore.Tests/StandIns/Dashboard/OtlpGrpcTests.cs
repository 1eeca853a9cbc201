using Aspire.Dashboard.Otlp.Wire;
using Grpc.Core;
using Grpc.Net.Client;

namespace KvStore.Tests.StandIns.Dashboard;

/// <summary>OTLP over gRPC.</summary>
public sealed class OtlpGrpcTests : IAsyncLifetime
{
    private static readonly Metadata WithKey = new() { { "x-otlp-api-key", RunningDashboard.Key } };

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private RunningDashboard _dashboard = null!;
    private GrpcChannel _channel = null!;

    public async ValueTask InitializeAsync()
    {
        _dashboard = await RunningDashboard.StartAsync(_cancellation);
        _channel = GrpcChannel.ForAddress(_dashboard.OtlpGrpc);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _dashboard.DisposeAsync();
    }

    [Fact]
    public async Task All_three_signals_are_taken()
    {
        await new TraceService.TraceServiceClient(_channel).ExportAsync(Otlp.Traces("shop", Otlp.Span(1, 1)), WithKey, cancellationToken: _cancellation);
        await new LogsService.LogsServiceClient(_channel).ExportAsync(Otlp.Logs("shop", Otlp.Log("sold")), WithKey, cancellationToken: _cancellation);
        Metric sum = new() { Name = "sold", Sum = new Sum { IsMonotonic = true, DataPoints = { new NumberDataPoint { AsInt = 1, TimeUnixNano = (ulong)Otlp.Start } } } };
        await new MetricsService.MetricsServiceClient(_channel).ExportAsync(Otlp.Metrics("shop", sum), WithKey, cancellationToken: _cancellation);

        Assert.Equal(
            (1, 1, 1, "shop"),
            (_dashboard.Store.Traces.SpanCount, _dashboard.Store.Logs.Count, _dashboard.Store.Metrics.SeriesCount, _dashboard.Store.Resources.All.Single().Service));
    }

    [Fact]
    public async Task Without_the_key_nothing_is_taken()
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() =>
            new TraceService.TraceServiceClient(_channel).ExportAsync(Otlp.Traces("shop", Otlp.Span(1, 1)), cancellationToken: _cancellation).ResponseAsync);

        Assert.Equal((StatusCode.Unauthenticated, "the header x-otlp-api-key is missing"), (refused.StatusCode, refused.Status.Detail));
        Assert.Equal(0, _dashboard.Store.Traces.Count);
    }

    [Theory]
    [InlineData(17)]
    [InlineData(100)]
    public async Task A_message_that_is_too_large_is_refused(int mebibytes)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => new LogsService.LogsServiceClient(_channel)
            .ExportAsync(Otlp.Logs("shop", Otlp.Log(new string('x', mebibytes * 1024 * 1024))), WithKey, cancellationToken: _cancellation).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Equal(0, _dashboard.Store.Logs.Count);
    }
}
