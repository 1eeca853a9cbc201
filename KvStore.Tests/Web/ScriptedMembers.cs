using System.Net;
using Grpc.Core;
using KvStore.Protocol;
using KvStore.Web.Slots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KvStore.Tests.Web;

/// <summary>Many members in good health, as far as somebody can tell who watches: one server at a port for each, that tells what each would.</summary>
internal sealed class ScriptedMembers : Protocol.Cluster.ClusterBase, IAsyncDisposable
{
    private readonly MemberStatus[] _statuses;
    private int[] _ports = [];
    private Protocol.Topology _topology = new();
    private WebApplication? _app;

    private ScriptedMembers(int count) => _statuses = [.. Enumerable.Range(0, count).Select(ordinal => StatusOf(ordinal, count))];

    public IEnumerable<Uri> Addresses => _ports.Select(port => new Uri($"http://127.0.0.1:{port}"));

    public static async Task<ScriptedMembers> StartAsync(int count)
    {
        ScriptedMembers members = new(count);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            for (int i = 0; i < count; i++)
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            }
        });
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(members);
        members._app = builder.Build();
        members._app.MapGrpcService<ScriptedMembers>();
        await members._app.StartAsync(TestContext.Current.CancellationToken);
        members._ports = [.. members._app.Urls.Select(url => new Uri(url).Port)];
        members._topology = members.TopologyOf(Topologies.Of(count));
        return members;
    }

    public async ValueTask DisposeAsync()
    {
        // Open streams would keep a server that stops politely.
        using CancellationTokenSource now = new(TimeSpan.Zero);
        await _app!.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    public override async Task WatchStatus(
        WatchStatusRequest request, IServerStreamWriter<MemberStatus> responseStream, ServerCallContext context)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(request.IntervalMilliseconds));
        do
        {
            await responseStream.WriteAsync(_statuses[PlaceOf(context)], context.CancellationToken);
        }
        while (await timer.WaitForNextTickAsync(context.CancellationToken));
    }

    public override async Task WatchTopology(
        GetTopologyRequest request, IServerStreamWriter<Protocol.Topology> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(_topology, context.CancellationToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
    }

    /// <summary>The first tells nothing of slots, as a member of another version may.</summary>
    public override Task<MemberSlots> GetSlots(GetSlotsRequest request, ServerCallContext context)
    {
        int place = PlaceOf(context);
        MemberSlots slots = new() { Id = Topologies.IdOf(place), Name = $"node{place + 1}", Epoch = 1, BootCount = 1 };
        if (place > 0)
        {
            slots.Keys.AddRange(Enumerable.Range(0, SlotSquare.Count).Select(slot => slot % _ports.Length == place ? 60L : 0));
            slots.ValueBytes.AddRange(slots.Keys.Select(keys => keys * 100));
            slots.Reads.AddRange(slots.Keys);
            slots.Writes.AddRange(slots.Keys);
        }

        return Task.FromResult(slots);
    }

    private int PlaceOf(ServerCallContext context) => Array.IndexOf(_ports, context.GetHttpContext().Connection.LocalPort);

    private static MemberStatus StatusOf(int ordinal, int count) => new()
    {
        Id = Topologies.IdOf(ordinal),
        Name = $"node{ordinal + 1}",
        State = "serving",
        Epoch = 1,
        BootCount = 1,
        UptimeMilliseconds = 3_600_000,
        Keys = 30_000 + (ordinal * 100),
        ValueBytes = 3_000_000,
        Durability = "commit",
        Upkeep = new UpkeepStatus(),
        Load = new LoadStatus(),
        Peers =
        {
            Enumerable.Range(0, count).Where(other => other != ordinal).Select(other => new PeerStatus
            {
                Id = Topologies.IdOf(other),
                Name = $"node{other + 1}",
                Connected = true,
                RoundTripMilliseconds = 0.2 + (other % 7 / 10.0),
                Votes = "voting",
                Liveness = "alive",
                ProbeMilliseconds = 0.3 + (other % 5 / 10.0),
            }),
        },
    };

    private Protocol.Topology TopologyOf(KvStore.Client.ClusterTopology made)
    {
        Protocol.Topology topology = new() { ClusterId = "cluster", Epoch = 1, Replication = (uint)made.Replication, VirtualNodes = (uint)made.VirtualNodes };
        foreach (KvStore.Client.ClusterMember member in made.Members)
        {
            topology.Members.Add(new TopologyMember
            {
                Id = member.Id,
                Ordinal = (uint)member.Ordinal,
                Name = member.Name,
                GrpcAddress = $"http://127.0.0.1:{_ports[member.Ordinal]}",
                State = "active",
                Tokens = { member.Tokens },
            });
        }

        foreach (KvStore.Client.SlotRange range in made.Slots)
        {
            topology.Slots.Add(new SlotRange { First = (uint)range.First, Last = (uint)range.Last, Owners = { range.Owners.Select(owner => (uint)owner) } });
        }

        return topology;
    }
}
