using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KvStore.Bench.Measuring;
using Microsoft.AspNetCore.Builder;

namespace KvStore.Bench.Streams;

/// <summary>One stream of bare messages to a server that sends them back: what gRPC alone takes.</summary>
internal sealed class EchoStream : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<EchoMessage, EchoMessage> _call;

    private EchoStream(WebApplication server)
    {
        _server = server;
        _channel = GrpcChannel.ForAddress(server.Urls.Single());
        _call = new Echo.EchoClient(_channel).Exchange(cancellationToken: CancellationToken.None);
    }

    public static async Task<EchoStream> StartAsync(CancellationToken cancellationToken) =>
        new(await StreamServer.StartAsync<EchoService>(_ => { }, cancellationToken));

    /// <summary>One message after the other, each awaited.</summary>
    /// <param name="batch">Payloads in a message.</param>
    public async Task<Measurement> MeasureAsync(int bytes, int batch, TimeSpan time, CancellationToken cancellationToken)
    {
        EchoMessage message = new() { Bytes = ByteString.CopyFrom(new byte[bytes * batch]) };
        Latencies latencies = new();
        long begun = Stopwatch.GetTimestamp();
        long before = begun;
        while (Stopwatch.GetElapsedTime(begun, before) < time)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await _call.RequestStream.WriteAsync(message, CancellationToken.None);
            await _call.ResponseStream.MoveNext(CancellationToken.None);
            long after = Stopwatch.GetTimestamp();
            latencies.Add(Stopwatch.GetElapsedTime(before, after));
            before = after;
        }

        return Measurement.Of(latencies, Stopwatch.GetElapsedTime(begun), failures: 0);
    }

    public async ValueTask DisposeAsync()
    {
        await _call.RequestStream.CompleteAsync();
        _call.Dispose();
        _channel.Dispose();
        await _server.DisposeAsync();
    }
}
