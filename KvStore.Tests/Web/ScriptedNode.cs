using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using KvStore.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KvStore.Tests.Web;

/// <summary>A real gRPC server that tells whoever watches what a test wants it to.</summary>
internal sealed class ScriptedNode : Protocol.Cluster.ClusterBase, IAsyncDisposable
{
    private WebApplication? _app;
    private volatile Protocol.Topology _topology = new();
    private TaskCompletionSource _topologySet = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Uri Address { get; private set; } = null!;

    /// <summary>Told to who watches whenever it is set.</summary>
    public Protocol.Topology Topology
    {
        get => _topology;
        set
        {
            _topology = value;
            Interlocked.Exchange(ref _topologySet, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    public MemberStatus Status { get; set; } = new();

    /// <summary>Whether it says how it is but once.</summary>
    public bool IsSilent { get; set; }

    /// <summary>The traceparent of each request for the status.</summary>
    public ConcurrentQueue<string?> Traces { get; } = new();

    /// <param name="port">0 for any free one.</param>
    public async Task<ScriptedNode> StartAsync(int port = 0)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<ScriptedNode>();
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Address = new Uri(_app.Urls.Single());
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            // Open streams would keep a server that stops politely.
            using CancellationTokenSource now = new(TimeSpan.Zero);
            await _app.StopAsync(now.Token);
            await _app.DisposeAsync();
        }
    }

    public override async Task WatchStatus(
        WatchStatusRequest request, IServerStreamWriter<MemberStatus> responseStream, ServerCallContext context)
    {
        Traces.Enqueue(context.RequestHeaders.GetValue("traceparent"));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(request.IntervalMilliseconds));
        do
        {
            await responseStream.WriteAsync(Status, context.CancellationToken);
            if (IsSilent)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            }
        }
        while (await timer.WaitForNextTickAsync(context.CancellationToken));
    }

    public override async Task WatchTopology(
        GetTopologyRequest request, IServerStreamWriter<Protocol.Topology> responseStream, ServerCallContext context)
    {
        while (true)
        {
            Task changed = Volatile.Read(ref _topologySet).Task;
            await responseStream.WriteAsync(Topology, context.CancellationToken);
            await changed.WaitAsync(context.CancellationToken);
        }
    }
}
