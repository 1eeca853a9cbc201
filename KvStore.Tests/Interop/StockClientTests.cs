using Grpc.AspNetCore.Server;
using KvStore.Tests.Cluster;
using KvStore.Tests.StandIns.Grpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace KvStore.Tests.Interop;

/// <summary>A stock client calls our echo service. Each test is a transcript: what the client printed is the assertion.</summary>
[Collection(nameof(RealProcesses))]
public sealed class StockClientTests : IAsyncLifetime
{
    private const int MessageBytesMax = 32 << 20;

    private GrpcApplication _app = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private EchoService Service => _app.Services.GetRequiredService<EchoService>();

    public async ValueTask InitializeAsync() => _app = await GrpcApplication.StartAsync(
        services => services.AddSingleton<EchoService>().Configure<GrpcServiceOptions>(grpc =>
        {
            grpc.MaxReceiveMessageSize = MessageBytesMax;
            grpc.MaxSendMessageSize = MessageBytesMax;
            grpc.ResponseCompressionAlgorithm = "gzip";
            grpc.ResponseCompressionLevel = System.IO.Compression.CompressionLevel.Fastest;
        }),
        app => app.MapGrpcService<EchoService>(),
        Cancellation);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task It_makes_all_four_kinds_of_call() =>
        Assert.Equal("unary: hello\nserver: a b c\nclient: abc\nduplex: ONE TWO", await RunAsync("kinds"));

    [Fact]
    public async Task Binary_metadata_goes_both_ways() =>
        Assert.Equal("headers: /kvstore.tests.Echo/Say 0001feff\ntrailers: 5", await RunAsync("metadata"));

    [Fact]
    public async Task An_error_has_its_code_its_text_and_its_trailers() =>
        Assert.Equal("FAILED_PRECONDITION not now: ä\nasked 00ff\nUNIMPLEMENTED", await RunAsync("errors"));

    [Fact]
    public async Task A_deadline_ends_the_call_at_both_ends()
    {
        Assert.Equal("DEADLINE_EXCEEDED", await RunAsync("deadline"));
        await Service.Cancelled.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
    }

    [Fact]
    public async Task A_cancellation_reaches_the_server()
    {
        await using StockProgram client = Start("cancel");
        Assert.Equal("waiting", await client.LineAsync());
        await Service.Waiting.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        await client.GoOnAsync();

        Assert.Equal("CANCELLED", await client.EndAsync());
        await Service.Cancelled.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
    }

    [Fact]
    public async Task Gzip_is_spoken_in_both_directions() => Assert.Equal("sent as gzip\nthe same: true", await RunAsync("gzip"));

    [Fact]
    public async Task A_message_of_16_MiB_comes_back_whole() => Assert.Equal($"{16 << 20} true", await RunAsync("large"));

    [Fact]
    public async Task A_message_above_either_ends_limit_is_refused() =>
        Assert.Equal("RESOURCE_EXHAUSTED\nRESOURCE_EXHAUSTED", await RunAsync("limit"));

    [Fact]
    public async Task A_reader_that_does_not_read_stops_the_writer_and_costs_little_memory()
    {
        const int MessageBytes = 64 << 10;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await using StockProgram client = Start("slowReader");
        Assert.Equal("paused", await client.LineAsync());
        long during = GC.GetTotalMemory(forceFullCollection: true);
        int sent = Service.Flooded;
        TestContext.Current.SendDiagnosticMessage($"paused after {sent} messages, {(during - before) >> 10} KiB more in the heap");

        // What the windows and buffers of both ends hold; unbounded, it would be whatever the time allowed.
        Assert.InRange(sent, 1, (16 << 20) / MessageBytes);
        Assert.InRange(during - before, long.MinValue, 16 << 20);

        await client.GoOnAsync();
        Assert.Equal("received 2000", await client.EndAsync());
        Assert.InRange(Service.Flooded, 2000, int.MaxValue);
    }

    private StockProgram Start(string scenario) => StockProgram.Start("echo-client.js", _app.Address.Authority, scenario);

    private Task<string> RunAsync(string scenario) => StockProgram.RunAsync("echo-client.js", _app.Address.Authority, scenario);
}
