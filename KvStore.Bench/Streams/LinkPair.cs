using System.Net;
using KvStore.Bench.Measuring;
using KvStore.Node.FrontEnds.Peers;
using KvStore.Node.Hosting;
using KvStore.Node.Membership;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KvStore.Bench.Streams;

/// <summary>
/// Two members' links, one dialling and one answering, over the wire that nodes use; the answering one accepts everything at
/// once, as a replica without a disk would.
/// </summary>
internal sealed class LinkPair : IAsyncDisposable
{
    private const string Dialling = "dialling";
    private const string Answering = "answering";

    private static readonly ClusterId Cluster = ClusterId.FromName("bench");

    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(30);

    private readonly WebApplication _server;
    private readonly PeerLinks _answering;
    private readonly PeerLinks _dialling;
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RoundTrips? _roundTrips;

    private LinkPair(WebApplication server, PeerLinks answering)
    {
        _server = server;
        _answering = answering;
        _dialling = Make(Dialling, static (_, _) => { }, (_, frame) => _roundTrips?.OnReplies(frame.Replies.Count), OnConnection);
        _dialling.Update([Member(Answering, server.Urls.Single())]);
    }

    public static async Task<LinkPair> StartAsync(CancellationToken cancellationToken)
    {
        PeerLinks answering = Make(Answering, Accept, static (_, _) => { }, static (_, _) => { });
        WebApplication server = await StartAsync(answering, cancellationToken);
        LinkPair pair = new(server, answering);
        await pair._connected.Task.WaitAsync(ConnectTime, cancellationToken);
        return pair;
    }

    /// <param name="bytes">Of the value in every request.</param>
    /// <param name="batch">Requests in flight together: the next ones leave when all are answered.</param>
    public async Task<Measurement> MeasureAsync(int bytes, int batch, TimeSpan time, CancellationToken cancellationToken)
    {
        Ballot ballot = new(Epoch.First, 1, 1);
        RegisterState state = new() { Kind = RegisterKind.Value, Value = new byte[bytes], Version = new StateVersion(ballot, 1) };
        PeerRequest request = new(
            PeerRequestKind.Accept, 1, Epoch.First, new Key("bench"u8.ToArray()), ballot, new RegisterRecord(ballot, state), 1000, default);
        RoundTrips roundTrips = new(() => _dialling.TrySend(MemberId.FromName(Cluster, Answering), LinkClass.Register, request), batch, time);
        _roundTrips = roundTrips;
        return await roundTrips.RunAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _dialling.DisposeAsync();
        await _answering.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static async Task<WebApplication> StartAsync(PeerLinks answering, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            PeerConnections connections = new(() => answering, () => "", kestrel.ApplicationServices.GetRequiredService<IHostApplicationLifetime>(), TimeProvider.System);
            PrefaceGate gate = new(0, connections.RunAsync, ConnectTime, TimeProvider.System);
            listen.Use(next => connection => gate.RunAsync(connection, next));
        }));
        WebApplication app = builder.Build();
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static PeerLinks Make(
        string name, Action<PeerLink, PeerFrame> requests, Action<MemberId, PeerFrame> replies, Action<MemberId, bool> connections) => new(
        MemberId.FromName(Cluster, name),
        to => new PeerFrameHeader(
            Cluster, MemberId.FromName(Cluster, name), to, Epoch.First, TopologyDigest: 0, new ShownMark(1, 1, 0, 0), VoteState.Voting, default),
        static _ => true,
        static (member, linkClass) => new SocketPeer(member.GrpcAddress, linkClass),
        requests,
        replies,
        connections,
        TimeProvider.System,
        new Random(1),
        NullLogger.Instance);

    private static TopologyMember Member(string name, string address) =>
        new(MemberId.FromName(Cluster, name), 1, name, address, address, Zone: "", MemberState.Active);

    private static void Accept(PeerLink link, PeerFrame frame)
    {
        foreach (PeerRequest request in frame.Requests)
        {
            link.TrySend(new PeerReply(PeerReplyKind.Accepted, request.Id, request.Epoch, request.Ballot));
        }
    }

    private void OnConnection(MemberId member, bool isConnected)
    {
        if (isConnected)
        {
            _connected.TrySetResult();
        }
    }
}
