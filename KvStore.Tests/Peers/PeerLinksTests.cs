using KvStore.Node.Peers;
using KvStore.Node.Ring;
using Xunit;

namespace KvStore.Tests.Peers;

public sealed class PeerLinksTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly PacketNet _net = new(seed: 1);

    public PeerLinksTests()
    {
        foreach (string name in new[] { "a", "b", "c" })
        {
            _net.Start(name);
        }
    }

    private PeerLinks A => _net.Links("a");

    [Fact]
    public void Every_other_member_is_dialled_once_a_class_and_oneself_is_not()
    {
        A.Update([PacketNet.Member("a"), PacketNet.Member("b"), PacketNet.Member("c")]);
        _net.Time.Advance(Second);
        Assert.Equal(
            [("b", LinkClass.Register, true), ("b", LinkClass.Bulk, true), ("c", LinkClass.Register, true), ("c", LinkClass.Bulk, true)],
            A.Statuses.Select(status => (status.Name, status.LinkClass, status.Connected)));
        Assert.Equal(["a>b: open", "a>c: open"], _net.Events.Order(StringComparer.Ordinal));
        Assert.False(A.TrySend(Messages.Member("a"), LinkClass.Register, Messages.Read(1)));
        Assert.False(A.TrySend(Messages.Member("d"), LinkClass.Register, Messages.Read(1)));
    }

    [Fact]
    public void A_member_that_leaves_is_let_go_and_one_that_stays_is_left_alone()
    {
        A.Update([PacketNet.Member("b"), PacketNet.Member("c")]);
        _net.Time.Advance(Second);
        _net.Events.Clear();
        A.Update([PacketNet.Member("c")]);
        _net.Time.Advance(Second);
        Assert.Equal(["a>b: lost"], _net.Events);
        Assert.False(A.IsConnected(Messages.Member("b")));
        Assert.True(A.IsConnected(Messages.Member("c")));
        Assert.Empty(_net.Links("b").Statuses);
        Assert.Equal(["c", "c"], A.Statuses.Select(status => status.Name));
    }

    [Fact]
    public void A_member_that_moves_is_dialled_anew()
    {
        A.Update([PacketNet.Member("b", "http://one:1")]);
        _net.Time.Advance(Second);
        A.Update([PacketNet.Member("b", "http://one:1") with { Zone = "z" }]);
        Assert.Equal(["a>b: open"], _net.Events);
        A.Update([PacketNet.Member("b", "http://two:2")]);
        _net.Time.Advance(Second);
        Assert.Equal(["a>b: open", "a>b: lost", "a>b: open"], _net.Events);
        Assert.Equal(2, _net.Links("b").Statuses.Count);
    }

    [Fact]
    public void An_incoming_link_carries_the_name_of_its_member_and_answers_on_itself()
    {
        A.Update([PacketNet.Member("b")]);
        _net.Links("b").Update([PacketNet.Member("a") with { Name = "the first" }]);
        _net.Time.Advance(Second);
        Assert.Equal(
            [(true, "the first"), (true, "the first"), (false, "the first"), (false, "the first")],
            _net.Links("b").Statuses.Select(status => (status.IsDialling, status.Name)));
    }

    [Fact]
    public void A_newer_incoming_link_of_the_same_member_replaces_the_older()
    {
        PeerLinks b = _net.Links("b");
        PeerLink Incoming()
        {
            ScriptedWire wire = new();
            PeerLink link = b.Accept(wire, LinkClass.Register)!;
            link.OnOpened();
            link.OnFrame(Messages.Frame(Messages.HeaderOf("a", "b"), Array.Empty<PeerRequest>()));
            return link;
        }

        PeerLink first = Incoming();
        Assert.True(first.IsConnected);
        PeerLink second = Incoming();
        Assert.Equal((false, true), (first.IsConnected, second.IsConnected));
    }

    [Fact]
    public void Incoming_links_beyond_the_limit_are_turned_away()
    {
        List<PeerLink?> links = [.. Enumerable.Range(0, PeerLinks.AnsweringLinksMax + 1).Select(_ => A.Accept(new ScriptedWire(), LinkClass.Register))];
        Assert.All(links.SkipLast(1), Assert.NotNull);
        Assert.Null(links[^1]);
        links[0]!.OnLost("gone");
        Assert.NotNull(A.Accept(new ScriptedWire(), LinkClass.Register));
    }

    [Fact]
    public async Task Closing_ends_every_link_and_takes_no_more()
    {
        A.Update([PacketNet.Member("b"), PacketNet.Member("c")]);
        _net.Links("b").Update([PacketNet.Member("a")]);
        _net.Time.Advance(Second);
        _net.Events.Clear();
        ValueTask disposing = A.DisposeAsync();
        Assert.False(disposing.IsCompleted);
        _net.Time.Advance(TimeSpan.FromMilliseconds(50));
        await disposing;
        Assert.Equal(["a>b: lost", "a>c: lost", "b>a: lost"], _net.Events.Order(StringComparer.Ordinal));
        Assert.Empty(A.Statuses);
        Assert.Null(A.Accept(new ScriptedWire(), LinkClass.Register));
        A.Update([PacketNet.Member("b")]);
        Assert.Empty(A.Statuses);
        Assert.DoesNotContain(_net.Logger.Lines, line => line.Contains("did not come to rest", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Closing_does_not_wait_for_a_wire_that_never_rests()
    {
        Assert.NotNull(A.Accept(new ScriptedWire(), LinkClass.Register));
        ValueTask disposing = A.DisposeAsync();
        _net.Time.Advance(PeerLinks.CloseMax);
        await disposing;
        Assert.Contains("Warning: 1 peer links did not come to rest within 5 s", _net.Logger.Lines);
    }

    [Fact]
    public void Looking_a_link_up_and_sending_allocates_nothing()
    {
        A.Update([PacketNet.Member("b"), PacketNet.Member("c")]);
        _net.Time.Advance(Second);
        PeerLinks links = A;
        MemberId b = Messages.Member("b");
        PeerRequest request = Messages.Read(1);
        links.TrySend(b, LinkClass.Register, request);
        links.TrySend(b, LinkClass.Register, request);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            links.TrySend(b, LinkClass.Register, request);
            links.IsConnected(b);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
