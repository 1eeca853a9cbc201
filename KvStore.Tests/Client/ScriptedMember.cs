using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Grpc.Core;
using KvStore.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KvStore.Tests.Client;

/// <summary>
/// A real gRPC server on a port of its own whose answers a test decides: for what a client must do when a member refuses,
/// hangs or goes away at a chosen moment, which a real member cannot be brought to.
/// </summary>
internal sealed class ScriptedMember : Kv.KvBase, IAsyncDisposable
{
    private WebApplication? _app;

    public Uri Address { get; private set; } = null!;

    public Func<GetRequest, ServerCallContext, Task<GetReply>> OnGet { get; init; } = (_, _) => Task.FromResult(new GetReply());

    public Func<PutRequest, ServerCallContext, Task<PutReply>> OnPut { get; init; } = (_, _) => Task.FromResult(new PutReply());

    public Func<BatchRequest, BatchReply> OnBatch { get; init; } = _ => new BatchReply();

    public Func<ScanRequest, IServerStreamWriter<ScanReply>, ServerCallContext, Task> OnScan { get; init; } =
        (_, _, _) => Task.CompletedTask;

    /// <summary>By default it knows no sessions, so that every operation is a request of its own.</summary>
    public Func<IAsyncStreamReader<SessionRequest>, IServerStreamWriter<SessionReply>, ServerCallContext, Task>? OnSession { get; init; }

    /// <summary>What it tells of the cluster, and who it says it is; by default it knows nothing of either.</summary>
    public (KvStore.Protocol.Topology Topology, string Id)? Cluster { get; init; }

    /// <summary>Headers of the requests for keys that arrived outside sessions, in their order.</summary>
    public ConcurrentQueue<IHeaderDictionary> Requests { get; } = new();

    public async Task<ScriptedMember> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments("/kvstore.v1.Kv") && !context.Request.Path.Value!.EndsWith("/Session", StringComparison.Ordinal))
            {
                Requests.Enqueue(context.Request.Headers);
            }

            return next(context);
        });
        _app.MapGrpcService<ScriptedMember>();
        _app.MapGrpcService<ScriptedCluster>();
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Address = new Uri(_app.Urls.Single());
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    /// <summary>A failure as a member tells it, with its detail in the trailer.</summary>
    public static RpcException Failure(StatusCode code, string type, Outcome outcome, string version = "") => new(
        new Status(code, type),
        new Metadata
        {
            {
                "kvstore-error-bin",
                new ErrorDetail { Code = (int)code, Type = type, Message = $"It is {type}.", Outcome = outcome, Version = version }.ToByteArray()
            },
        });

    public override Task<GetReply> Get(GetRequest request, ServerCallContext context) => OnGet(request, context);

    public override Task<PutReply> Put(PutRequest request, ServerCallContext context) => OnPut(request, context);

    public override Task<BatchReply> Batch(BatchRequest request, ServerCallContext context) => Task.FromResult(OnBatch(request));

    public override Task Scan(ScanRequest request, IServerStreamWriter<ScanReply> responseStream, ServerCallContext context) =>
        OnScan(request, responseStream, context);

    public override Task Session(
        IAsyncStreamReader<SessionRequest> requestStream, IServerStreamWriter<SessionReply> responseStream, ServerCallContext context) =>
        OnSession is null ? base.Session(requestStream, responseStream, context) : OnSession(requestStream, responseStream, context);

    private sealed class ScriptedCluster(ScriptedMember member) : KvStore.Protocol.Cluster.ClusterBase
    {
        public override async Task WatchTopology(GetTopologyRequest request, IServerStreamWriter<KvStore.Protocol.Topology> responseStream, ServerCallContext context)
        {
            if (member.Cluster is not { } known)
            {
                await base.WatchTopology(request, responseStream, context);
                return;
            }

            await responseStream.WriteAsync(known.Topology, context.CancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public override Task<MemberStatus> GetStatus(GetStatusRequest request, ServerCallContext context) =>
            member.Cluster is { } known ? Task.FromResult(new MemberStatus { Id = known.Id }) : base.GetStatus(request, context);
    }
}
