using KvStore.Node.Peers;
using Xunit;

namespace KvStore.Tests.Peers;

public sealed class SimulatedWireTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Members_connect_and_requests_are_answered()
    {
        PacketNet net = TwoMembers();
        net.Ask("a", "b", 1);
        net.Ask("a", "b", 2, LinkClass.Bulk);
        net.Time.Advance(Second);
        Assert.Equal(
            ["a: reply 1 from b", "a: reply 2 from b", "b: request 1 from a", "b: request 2 from a"], net.Events.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_handshake_with_a_process_that_is_down_fails_and_succeeds_when_it_is_up()
    {
        PacketNet net = new(seed: 1);
        net.Start("a");
        net.Links("a").Update([PacketNet.Member("a"), PacketNet.Member("b")]);
        net.Time.Advance(Second);
        Assert.Equal(["a>b: lost"], net.Events);
        Assert.Equal("reset by the peer", net.Links("a").Statuses[0].LastError);
        net.Start("b");
        net.Time.Advance(3 * Second);
        Assert.Equal(["a>b: lost", "a>b: open"], net.Events);
    }

    [Fact]
    public void A_handshake_over_a_cut_network_times_out()
    {
        PacketNet net = new(seed: 1);
        net.Start("a");
        net.Start("b");
        net.Cut("b", "a");
        net.Links("a").Update([PacketNet.Member("b")]);
        net.Time.Advance(PeerLiveness.OpeningMax + Second);
        Assert.Equal("no first frame within 3 s", net.Links("a").Statuses[0].LastError);
        net.Heal();
        net.Time.Advance(ReconnectDelay.Max + Second);
        Assert.True(net.Links("a").IsConnected(Messages.Member("b")));
    }

    [Fact]
    public void A_crash_is_noticed_with_the_next_frame_and_the_restarted_process_is_found()
    {
        PacketNet net = TwoMembers();
        net.Crash("b");
        net.Ask("a", "b", 1);
        net.Time.Advance(TimeSpan.FromMilliseconds(5));
        net.Start("b");
        net.Ask("a", "b", 2);
        net.Time.Advance(3 * Second);
        net.Ask("a", "b", 3);
        net.Time.Advance(Second);
        Assert.Equal(
            ["a>b: lost", "a: request 2 refused", "a>b: open", "b: request 3 from a", "a: reply 3 from b"], net.Events);
    }

    [Fact]
    public void A_restart_that_nobody_saw_resets_the_connections_of_the_former_process()
    {
        PacketNet net = TwoMembers();
        net.Crash("b");
        net.Start("b");
        net.Ask("a", "b", 1);
        net.Time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(["a>b: lost"], net.Events);
        Assert.Equal("reset by the peer", net.Links("a").Statuses[0].LastError);
    }

    [Fact]
    public void A_machine_that_is_gone_is_noticed_by_its_silence()
    {
        PacketNet net = TwoMembers();
        net.Cut("a", "b");
        net.Cut("b", "a");
        net.Time.Advance(3 * Second);
        Assert.Equal(["a>b: lost"], net.Events);
        Assert.Equal("nothing received for 2.5 s", net.Links("a").Statuses[0].LastError);
    }

    [Fact]
    public void Frames_that_are_damaged_never_turn_into_other_messages()
    {
        PacketNet net = TwoMembers();
        net.Damage = 0.002;
        for (ulong id = 1; id <= 5000; id++)
        {
            net.Ask("a", "b", id);
            net.Time.Advance(TimeSpan.FromMilliseconds(3));
        }

        HashSet<string> possible = [.. Enumerable.Range(1, 5000).SelectMany(id => new[]
        {
            $"a: request {id} refused", $"b: request {id} from a", $"a: reply {id} from b",
        }), "a>b: lost", "a>b: open"];
        Assert.Subset(possible, net.Events.ToHashSet());
        Assert.InRange(net.Events.Count(e => e == "a>b: lost"), 10, 100);
        Assert.InRange(net.Events.Count(e => e.Contains("reply", StringComparison.Ordinal)), 2500, 5000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_frame_of_an_earlier_connection_is_delivered_only_where_that_is_asked_for(bool deliversStaleFrames)
    {
        PacketNet net = new(seed: 3) { DeliversStaleFrames = deliversStaleFrames };
        net.Start("a");
        net.Start("b");
        net.Links("a").Update([PacketNet.Member("b")]);
        net.Time.Advance(Second);
        net.DelayMax = TimeSpan.FromSeconds(100);
        net.Ask("a", "b", 1);
        net.Time.Advance(TimeSpan.FromMilliseconds(1));
        net.DelayMax = TimeSpan.FromMilliseconds(1);
        net.Cut("b", "a");
        net.Time.Advance(3 * Second);
        net.Heal();
        net.Time.Advance(200 * Second);
        Assert.Equal(deliversStaleFrames, net.Events.Contains("b: request 1 from a"));
    }

    [Fact]
    public void Doubled_and_overtaking_packets_leave_one_connection_each_way()
    {
        PacketNet net = new(seed: 4) { Doubling = 0.5, Loss = 0.1, DelayMax = TimeSpan.FromMilliseconds(200) };
        net.Start("a");
        net.Start("b");
        net.Links("a").Update([PacketNet.Member("b")]);
        net.Links("b").Update([PacketNet.Member("a")]);
        net.Time.Advance(120 * Second);
        net.Doubling = net.Loss = 0;
        net.Time.Advance(30 * Second);
        Assert.Equal(
            [(true, LinkClass.Register), (true, LinkClass.Bulk), (false, LinkClass.Register), (false, LinkClass.Bulk)],
            net.Links("a").Statuses.Where(s => s.Connected).OrderByDescending(s => s.IsDialling).ThenBy(s => s.LinkClass).Select(s => (s.IsDialling, s.LinkClass)));
    }

    [Fact]
    public void The_same_seed_gives_the_same_events_and_another_seed_others()
    {
        Assert.Equal(Run(7), Run(7));
        Assert.NotEqual(Run(7), Run(8));

        static List<string> Run(int seed)
        {
            PacketNet net = new(seed) { Loss = 0.05, Doubling = 0.05, Damage = 0.01, DeliversStaleFrames = true };
            foreach (string name in new[] { "a", "b", "c" })
            {
                net.Start(name);
                net.Links(name).Update([PacketNet.Member("a"), PacketNet.Member("b"), PacketNet.Member("c")]);
            }

            for (ulong id = 1; id <= 500; id++)
            {
                net.Ask("a", "b", id);
                net.Ask("b", "c", id);
                net.Ask("c", "a", id);
                net.Time.Advance(TimeSpan.FromMilliseconds(10));
                if (id == 250)
                {
                    net.Crash("b");
                    net.Start("b");
                    net.Links("b").Update([PacketNet.Member("a"), PacketNet.Member("c")]);
                }
            }

            Assert.InRange(net.Events.Count, 1000, 5000);
            return net.Events;
        }
    }

    private static PacketNet TwoMembers()
    {
        PacketNet net = new(seed: 1);
        net.Start("a");
        net.Start("b");
        net.Links("a").Update([PacketNet.Member("a"), PacketNet.Member("b")]);
        net.Time.Advance(Second);
        Assert.Equal(["a>b: open"], net.Events);
        net.Events.Clear();
        return net;
    }
}
