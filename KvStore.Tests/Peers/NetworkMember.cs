using System.Net;
using KvStore.Node.FrontEnds.Peers;
using KvStore.Node.Gossip;
using KvStore.Node.Hosting;
using KvStore.Node.Membership;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KvStore.Tests.Peers;

/// <summary>A member's links over the real network: a Kestrel server on a free port and wires that dial others.</summary>
internal sealed class NetworkMember : IAsyncDisposable
{
    private readonly WebApplication _app;

    private NetworkMember(string name, WebApplication app, PeerLinks links)
    {
        Name = name;
        _app = app;
        Links = links;
    }

    public string Name { get; }

    public PeerLinks Links { get; }

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public int Port => new Uri(Address).Port;

    public TopologyMember Member => new(Messages.Member(Name), 1, Name, Address, Address, Zone: "", MemberState.Active);

    public required Recorded<(PeerLink Link, PeerFrame Frame)> Requests { get; init; }

    public required Recorded<(MemberId From, PeerFrame Frame)> Replies { get; init; }

    public required Recorded<(MemberId Member, bool Connected)> Connections { get; init; }

    /// <summary>Of whom packets of failure detection came, and the epoch they named.</summary>
    public required Recorded<(MemberId From, Epoch Epoch)> Gossip { get; init; }

    /// <summary>Messages of elections that came, as they came.</summary>
    public required Recorded<byte[]> Elections { get; init; }

    public required ListLogger Logger { get; init; }

    /// <param name="port">0 for a free one.</param>
    /// <param name="answer">What is done with requests, besides keeping them.</param>
    /// <param name="serve">What is done with connections of frames; null for what members do.</param>
    /// <param name="time">Of the links; null for the system's.</param>
    /// <param name="faults">What is done on purpose to what it sends and receives.</param>
    public static async Task<NetworkMember> StartAsync(
        string name,
        ClusterId? cluster = null,
        int port = 0,
        Action<PeerLink, PeerFrame>? answer = null,
        Func<ConnectionContext, Task>? serve = null,
        TimeProvider? time = null,
        FaultSwitch? faults = null)
    {
        Recorded<(PeerLink, PeerFrame)> requests = new();
        Recorded<(MemberId, PeerFrame)> replies = new();
        Recorded<(MemberId, bool)> connections = new();
        ListLogger logger = new();
        PeerLinks links = new(
            Messages.Member(name),
            to => Messages.HeaderOf(name, "nobody") with { Cluster = cluster ?? Messages.Cluster, To = to },
            _ => true,
            (member, linkClass) => new SocketPeer(member.GrpcAddress, linkClass, faults),
            (link, frame) =>
            {
                requests.Add((link, frame));
                answer?.Invoke(link, frame);
            },
            (member, frame) => replies.Add((member, frame)),
            (member, connected) => connections.Add((member, connected)),
            time ?? TimeProvider.System,
            new Random(1),
            logger);

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            PeerConnections frames = new(() => links, () => "", kestrel.ApplicationServices.GetRequiredService<IHostApplicationLifetime>(), TimeProvider.System, faults);
            PrefaceGate gate = new(0, frames.RunAsync, TimeSpan.FromSeconds(30), TimeProvider.System);
            listen.Use(next => connection => serve is null ? gate.RunAsync(connection, next) : serve(connection));
        }));
        builder.Services.AddGrpc();
        Recorded<byte[]> elections = new();
        Recorded<(MemberId, Epoch)> gossip = new();
        GossipLoop loop = LoopOf(name, cluster ?? Messages.Cluster, gossip);
        builder.Services.AddSingleton(provider => new PeerGrpcService(
            () => loop,
            message => elections.Add(message.ToArray()),
            static asker => Task.FromResult(asker with { Refusal = "asked" }),
            faults));
        WebApplication app = builder.Build();
        app.MapGrpcService<PeerGrpcService>();
        await app.StartAsync();
        return new(name, app, links) { Requests = requests, Replies = replies, Connections = connections, Gossip = gossip, Elections = elections, Logger = logger };
    }

    /// <summary>Dials and waits for the register link to open.</summary>
    public async Task ConnectAsync(NetworkMember other)
    {
        Links.Update([Member, other.Member]);
        await Connections.Until(all => all.Contains((other.Member.Id, true)), $"{Name} is connected to {other.Name}");
    }

    public PeerLinkStatus StatusTo(TopologyMember other) =>
        Links.Statuses.Single(status => status.IsDialling && status.Peer == other.Id && status.LinkClass == LinkClass.Register);

    /// <summary>Failure detection that answers nobody and is not ticked.</summary>
    private static GossipLoop LoopOf(string name, ClusterId cluster, Recorded<(MemberId, Epoch)> heard)
    {
        DetectorSettings settings = new();
        return new GossipLoop(
            new FailureDetector(Messages.Member(name), 0, settings, new Random(1), TimeSpan.Zero),
            cluster,
            static () => Epoch.First,
            settings,
            TimeProvider.System,
            static (_, _) => { },
            (from, epoch) => heard.Add((from, epoch)),
            static _ => { });
    }

    public async ValueTask DisposeAsync()
    {
        await Links.DisposeAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Stops the server as a process does that is told to stop: its links are not closed before.</summary>
    public Task StopServerAsync() => _app.StopAsync();
}
