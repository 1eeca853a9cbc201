using KvStore.Node.Membership;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Topology;

namespace KvStore.Tests.Peers;

/// <summary>Faults on purpose, on real wires.</summary>
public sealed class FaultyWireTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private readonly FaultSwitch _faults = new(TimeProvider.System, new Random(1), new ListLogger());

    [Fact]
    public async Task A_partition_closes_both_links_and_ending_it_opens_them_again()
    {
        await using NetworkMember a = await NetworkMember.StartAsync("a", faults: _faults);
        await using NetworkMember b = await NetworkMember.StartAsync("b");
        await a.ConnectAsync(b);
        await b.ConnectAsync(a);

        _faults.Begin(NetworkFaultKind.Partition, [b.Member.Id], TimeSpan.Zero, 0, Long);
        await a.Connections.Until(all => all.Contains((b.Member.Id, false)), "a has lost b");
        await b.Connections.Until(all => all.Contains((a.Member.Id, false)), "b has lost a");

        _faults.End(0);
        await a.Connections.Until(all => all.Count(change => change == (b.Member.Id, true)) == 2, "a has b again");
        await b.Connections.Until(all => all.Count(change => change == (a.Member.Id, true)) == 2, "b has a again");
    }

    [Fact]
    public async Task Who_is_not_named_is_not_touched_and_who_is_cut_off_from_the_start_never_connects()
    {
        _faults.Begin(NetworkFaultKind.Partition, [Messages.Member("b")], TimeSpan.Zero, 0, Long);
        await using NetworkMember a = await NetworkMember.StartAsync("a", faults: _faults);
        await using NetworkMember b = await NetworkMember.StartAsync("b");
        await using NetworkMember c = await NetworkMember.StartAsync("c");
        a.Links.Update([a.Member, b.Member, c.Member]);
        b.Links.Update([a.Member, b.Member]);
        await c.ConnectAsync(a);

        await a.Connections.Until(all => all.Contains((c.Member.Id, true)) && all.Contains((b.Member.Id, false)), "a has c and has given b up");
        await b.Connections.Until(all => all.Contains((a.Member.Id, false)), "b has given a up");
        Assert.DoesNotContain((b.Member.Id, true), a.Connections.Items);
        Assert.DoesNotContain((a.Member.Id, true), b.Connections.Items);
    }

    [Fact]
    public async Task What_goes_over_a_slow_wire_waits_and_what_goes_elsewhere_does_not()
    {
        ManualTime time = new();
        FaultSwitch faults = new(time, new Random(1), new ListLogger());
        await using NetworkMember a = await NetworkMember.StartAsync("a", faults: faults);
        await using NetworkMember b = await NetworkMember.StartAsync("b");
        await using NetworkMember c = await NetworkMember.StartAsync("c");
        a.Links.Update([a.Member, b.Member, c.Member]);
        await a.Connections.Until(all => all.Count == 2, "a has b and c");

        faults.Begin(NetworkFaultKind.Slow, [b.Member.Id], TimeSpan.FromSeconds(1), 0, Long);
        Assert.True(a.Links.TrySend(b.Member.Id, LinkClass.Register, Messages.Read(1)));
        Assert.True(a.Links.TrySend(c.Member.Id, LinkClass.Register, Messages.Read(2)));
        await c.Requests.Until(all => all.Count == 1, "c has its request");
        Assert.Empty(b.Requests.Items);

        await using ITimer clock = TimeProvider.System.CreateTimer(_ => time.Advance(TimeSpan.FromSeconds(1)), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
        await b.Requests.Until(all => all.Count == 1, "b has its request");
    }

    [Fact]
    public async Task A_frame_that_is_held_back_does_not_keep_its_link_from_ending()
    {
        FaultSwitch faults = new(new ManualTime(), new Random(1), new ListLogger());
        await using NetworkMember a = await NetworkMember.StartAsync("a", faults: faults);
        await using NetworkMember b = await NetworkMember.StartAsync("b");
        await a.ConnectAsync(b);
        faults.Begin(NetworkFaultKind.Slow, [b.Member.Id], NetworkFault.DelayMax, 0, Long);
        Assert.True(a.Links.TrySend(b.Member.Id, LinkClass.Register, Messages.Read(1)));

        await a.Links.DisposeAsync();
        Assert.DoesNotContain(a.Logger.Lines, line => line.Contains("did not come to rest", StringComparison.Ordinal));
        Assert.Empty(b.Requests.Items);
    }

    [Fact]
    public async Task Packets_of_who_is_cut_off_are_not_heard()
    {
        await using NetworkMember member = await NetworkMember.StartAsync("b", faults: _faults);
        using GrpcGossip gossip = new(TimeProvider.System, member.Logger);
        _faults.Begin(NetworkFaultKind.Partition, [Messages.Member("a")], TimeSpan.Zero, 0, Long);
        gossip.Send(member.Address, Packet("a"));
        gossip.Send(member.Address, Packet("c"), delay: TimeSpan.FromMilliseconds(100));
        Assert.Equal(
            [(Messages.Member("c"), new Epoch(7))],
            await member.Gossip.Until(all => all.Count > 0, "a packet has arrived"));
    }

    [Fact]
    public async Task Messages_of_elections_and_introductions_of_who_is_cut_off_are_not_heard()
    {
        await using NetworkMember member = await NetworkMember.StartAsync("b", faults: _faults);
        using GrpcGossip gossip = new(TimeProvider.System, member.Logger);
        _faults.Begin(NetworkFaultKind.Partition, [Messages.Member("a")], TimeSpan.Zero, 0, Long);
        gossip.SendElection(member.Address, Election("a"));
        gossip.SendElection(member.Address, Election("c"), delay: TimeSpan.FromMilliseconds(100));
        Assert.Equal([Election("c")], await member.Elections.Until(all => all.Count > 0, "a message has arrived"));

        (Acquaintance? cutOff, string problem) = await GrpcIntroductions.AskAsync(member.Address, Introduced("a"), TestContext.Current.CancellationToken);
        Assert.Equal((null, "a fault is on that cuts this member off from who asks"), (cutOff, problem));
        (Acquaintance? other, _) = await GrpcIntroductions.AskAsync(member.Address, Introduced("c"), TestContext.Current.CancellationToken);
        Assert.Equal("asked", other?.Refusal);
    }

    private static byte[] Election(string from) => ElectionCodec.Encode(
        Messages.Cluster,
        new ElectionMessage(ElectionMessageKind.Prepare, Messages.Member(from), Messages.Member("b"), new Epoch(2), new Ballot(new Epoch(2), 1, 0), Ballot.Zero, []));

    private static Acquaintance Introduced(string name) => new(
        Guid.NewGuid(),
        "kvstore",
        new TopologyMember(Messages.Member(name), 0, name, "http://127.0.0.1:1", "http://127.0.0.1:2", Zone: "", MemberState.Joining),
        Messages.Cluster,
        Epoch.First);

    private static byte[] Packet(string from) => GossipCodec.Encode(new GossipPacket(
        Messages.Cluster,
        new Epoch(7),
        new GossipMessage(GossipMessageKind.Gossip, Messages.Member(from), Messages.Member("b"), 0, Messages.Member("b"), [])));
}
