using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;
using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Tests.Cluster;
using Xunit;

namespace KvStore.Tests.Peers;

public sealed class SocketPeerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_and_replies_cross_both_ways_between_two_members()
    {
        await using NetworkMember a = await NetworkMember.StartAsync("a", answer: AnswerEach);
        await using NetworkMember b = await NetworkMember.StartAsync("b", answer: AnswerEach);
        await a.ConnectAsync(b);
        await b.ConnectAsync(a);
        Assert.True(a.Links.TrySend(b.Member.Id, LinkClass.Register, Messages.Read(1)));
        Assert.True(a.Links.TrySend(b.Member.Id, LinkClass.Bulk, Messages.Read(2)));
        Assert.True(b.Links.TrySend(a.Member.Id, LinkClass.Register, Messages.Read(3)));

        IReadOnlyList<(MemberId From, PeerFrame Frame)> toA = await a.Replies.Until(all => all.Count == 2, "a has both replies");
        IReadOnlyList<(MemberId From, PeerFrame Frame)> toB = await b.Replies.Until(all => all.Count == 1, "b has its reply");
        Assert.Equal(
            [Messages.Describe(Messages.Accepted(1)), Messages.Describe(Messages.Accepted(2))],
            toA.SelectMany(reply => reply.Frame.Replies).OrderBy(reply => reply.Id).Select(reply => Messages.Describe(reply)));
        Assert.Equal(Messages.HeaderOf("a", "b"), toB.Single().Frame.Header);
        Assert.True(a.Links.IsConnected(b.Member.Id));
        Assert.Equal(
            [(true, true, "b"), (false, true, "b")],
            a.Links.Statuses.Where(s => s.LinkClass == LinkClass.Register).Select(s => (s.IsDialling, s.Connected, s.Name)));
    }

    [Fact]
    public async Task Messages_queued_while_a_frame_is_being_written_arrive_in_few_frames()
    {
        const int Count = 50_000;
        ManualTime time = new();
        FaultSwitch faults = new(time, new Random(1), new ListLogger());
        await using NetworkMember a = await NetworkMember.StartAsync("a", faults: faults);
        await using NetworkMember b = await NetworkMember.StartAsync("b");
        await a.ConnectAsync(b);

        // The first frame is held until all is queued: how many would gather behind one that leaves at once is the machine's doing.
        faults.Begin(NetworkFaultKind.Slow, [b.Member.Id], TimeSpan.FromSeconds(1), 0, NetworkFault.LastsMax);
        for (ulong id = 0; id < Count; id++)
        {
            Assert.True(a.Links.TrySend(b.Member.Id, LinkClass.Register, Messages.Read(id)));
        }

        faults.End(0);
        await using ITimer clock = TimeProvider.System.CreateTimer(_ => time.Advance(TimeSpan.FromSeconds(1)), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
        IReadOnlyList<(PeerLink Link, PeerFrame Frame)> requests =
            await b.Requests.Until(all => all.Sum(request => request.Frame.Requests.Count) == Count, "all requests arrived");
        Assert.Equal(Enumerable.Range(0, Count).Select(id => (ulong)id), requests.SelectMany(r => r.Frame.Requests).Select(r => r.Id));
        Assert.InRange(requests.Count, Count * 40L / PeerSendQueue.FrameBytesMax, Count * 100L / PeerSendQueue.FrameBytesMax);
    }

    [Fact]
    public async Task A_value_of_3_MiB_crosses_in_pieces_and_arrives_whole_both_ways()
    {
        const int Length = 3 * 1024 * 1024;
        await using NetworkMember a = await NetworkMember.StartAsync("a");
        await using NetworkMember b = await NetworkMember.StartAsync(
            "b", answer: (link, frame) => Assert.True(link.TrySend(Messages.ReadReply(frame.Requests[0].Id, Length))));
        await a.ConnectAsync(b);
        for (ulong id = 0; id < 3; id++)
        {
            Assert.True(a.Links.TrySend(b.Member.Id, LinkClass.Register, Messages.Accept(id, Length)));
        }

        byte[] expected = Messages.Value(Length).State!.Value.ToArray();
        foreach ((PeerLink _, PeerFrame frame) in await b.Requests.Until(all => all.Count == 3, "three requests arrived"))
        {
            Assert.True(frame.Requests.Single().Record.State!.Value.Span.SequenceEqual(expected));
        }

        foreach ((MemberId _, PeerFrame frame) in await a.Replies.Until(all => all.Count == 3, "three replies arrived"))
        {
            Assert.True(frame.Replies.Single().Record.State!.Value.Span.SequenceEqual(expected));
        }
    }

    [Fact]
    public async Task A_member_that_restarts_is_connected_again()
    {
        await using NetworkMember a = await NetworkMember.StartAsync("a");
        NetworkMember b = await NetworkMember.StartAsync("b", answer: AnswerEach);
        await a.ConnectAsync(b);
        int port = b.Port;
        MemberId id = b.Member.Id;

        long stopping = TimeProvider.System.GetTimestamp();
        await b.StopServerAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(stopping), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        await a.Connections.Until(all => all.SequenceEqual([(id, true), (id, false)]), "a has noticed");
        Assert.Contains(a.Logger.Lines, line => line.StartsWith("Warning: The register link to b is not open: ", StringComparison.Ordinal));
        Assert.False(a.Links.TrySend(id, LinkClass.Register, Messages.Read(1)));
        await b.DisposeAsync();
        Assert.DoesNotContain(b.Logger.Lines, line => line.Contains("did not come to rest", StringComparison.Ordinal));

        await using NetworkMember restarted = await NetworkMember.StartAsync("b", port: port, answer: AnswerEach);
        await a.Connections.Until(all => all.SequenceEqual([(id, true), (id, false), (id, true)]), "a is connected again");
        Assert.True(a.Links.TrySend(id, LinkClass.Register, Messages.Read(2)));
        await a.Replies.Until(all => all.Count == 1, "the restarted member answers");
    }

    [Fact]
    public async Task A_member_that_stops_reading_is_noticed_and_what_waits_for_it_is_bounded()
    {
        ManualTime time = new();
        await using NetworkMember a = await NetworkMember.StartAsync("a", time: time);
        await using NetworkMember b = await NetworkMember.StartAsync("b", serve: static connection => StallingPeer.RunAsync(connection, "b", "a"));
        await a.ConnectAsync(b);
        int taken = 0;
        while (a.Links.TrySend(b.Member.Id, LinkClass.Register, Messages.Accept(1, 100_000)))
        {
            taken++;
        }

        // Beyond the bound lies only what the connection's buffers took.
        Assert.InRange(taken * 100_000L, PeerSendQueue.BytesMax - 100_000, PeerSendQueue.BytesMax + 10_000_000L);
        PeerLinkStatus full = a.StatusTo(b.Member);
        Assert.Equal((true, 1L), (full.Connected, full.SendsRefused));
        Assert.InRange(full.QueuedBytes, PeerSendQueue.BytesMax / 2, PeerSendQueue.BytesMax + (2 * PeerSendQueue.FrameBytesMax));

        time.Advance(PeerLiveness.DiallingSilenceMax);
        Assert.Contains((b.Member.Id, false), a.Connections.Items);
        PeerLinkStatus lost = a.StatusTo(b.Member);
        Assert.Equal("nothing received for 2.5 s", lost.LastError);
        Assert.InRange(lost.MessagesDropped, 100, taken);
    }

    [Fact]
    public async Task A_link_whose_peer_does_not_read_can_be_closed_at_the_answering_end()
    {
        await using NetworkMember b = await NetworkMember.StartAsync("b");
        using RawPeer dialled = await RawPeer.DialAsync(b.Port, FramePreface.Of(LinkClass.Register));
        await dialled.SendAsync(Messages.Frame(Messages.HeaderOf("a", "b"), Messages.Read(1)));
        PeerLink link = (await b.Requests.Until(all => all.Count == 1, "the request arrived"))[0].Link;
        while (link.TrySend(Messages.ReadReply(1, 1_000_000)))
        {
        }

        await b.Links.DisposeAsync();
        Assert.DoesNotContain(b.Logger.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_member_of_another_cluster_is_refused_and_both_sides_say_why()
    {
        ClusterId other = ClusterId.FromName("other");
        await using NetworkMember a = await NetworkMember.StartAsync("a", cluster: other);
        await using NetworkMember b = await NetworkMember.StartAsync("b");
        a.Links.Update([a.Member, b.Member]);
        await a.Connections.Until(all => all.Count == 1, "the attempt has failed");

        string problem = $"the sender belongs to cluster {other}, this member to {Messages.Cluster}";
        Assert.Equal([(b.Member.Id, false)], a.Connections.Items);
        Assert.Equal($"refused a frame: {problem}", a.StatusTo(b.Member).LastError);
        Assert.Contains($"Warning: The register link to b is not open: refused a frame: {problem}", a.Logger.Lines);
        Assert.Contains(b.Logger.Lines, line => line.StartsWith("Warning: Refused a frame on the ", StringComparison.Ordinal) && line.Contains(problem, StringComparison.Ordinal));
        Assert.Empty(b.Requests.Items);
    }

    [Fact]
    public async Task An_address_where_nobody_listens_is_named()
    {
        await using NetworkMember a = await NetworkMember.StartAsync("a");
        NetworkMember b = await NetworkMember.StartAsync("b");
        KvStore.Node.Topology.TopologyMember gone = b.Member;
        await b.DisposeAsync();
        a.Links.Update(
        [
            gone,
            gone with { Id = Messages.Member("c"), Name = "c", GrpcAddress = "nonsense" },
            gone with { Id = Messages.Member("d"), Name = "d", GrpcAddress = "ftp://nonsense:1" },
        ]);
        await a.Connections.Until(all => all.Count == 3, "all attempts have failed");
        Assert.Contains($"({gone.GrpcAddress})", a.StatusTo(gone).LastError, StringComparison.Ordinal);
        Assert.All(
            a.Links.Statuses.Where(status => status.Name != "b"),
            status => Assert.Contains("nonsense", status.LastError, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_requests_cause_is_not_traced_as_part_of_the_stream()
    {
        List<Activity> recorded = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (recorded)
                {
                    recorded.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        Recorded<Activity?> seen = new();
        using ActivitySource source = new("KvStore.Tests.Peers");
        using Activity? running = source.StartActivity("a request that happens to run when the link is dialled");
        await using (NetworkMember a = await NetworkMember.StartAsync("a"))
        await using (NetworkMember b = await NetworkMember.StartAsync("b", answer: (_, _) => seen.Add(Activity.Current)))
        {
            await a.ConnectAsync(b);
            Assert.True(a.Links.TrySend(b.Member.Id, LinkClass.Register, Messages.Read(1)));
            Assert.Equal([null], await seen.Until(all => all.Count == 1, "the request arrived"));
        }

        lock (recorded)
        {
            Assert.DoesNotContain(recorded, activity => activity.Recorded && activity.DisplayName.Contains("Exchange", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("kvstore-peer/1 9\n")]
    [InlineData("kvstore-peer/1 1 ")]
    public async Task A_connection_without_a_class_of_traffic_is_told_so(string preface)
    {
        await using NetworkMember b = await NetworkMember.StartAsync("b");
        using RawPeer dialled = await RawPeer.DialAsync(b.Port, Encoding.ASCII.GetBytes(preface));

        Assert.Equal("the connection's first line must name a class of traffic", await dialled.FarewellAsync());
    }

    [Theory]
    [InlineData(PeerCodec.FrameLengthMax + 1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public async Task A_length_that_cannot_be_ends_the_connection_and_is_told(int length)
    {
        await using NetworkMember b = await NetworkMember.StartAsync("b");
        using RawPeer dialled = await RawPeer.DialAsync(b.Port, FramePreface.Of(LinkClass.Register));
        await dialled.AnnounceAsync(length);

        Assert.Equal($"a frame was announced that is longer than {PeerCodec.FrameLengthMax} bytes", await dialled.FarewellAsync());
    }

    [Fact]
    public async Task A_frame_that_never_ends_is_given_up_with_the_silence_of_its_link()
    {
        ManualTime time = new();
        await using NetworkMember b = await NetworkMember.StartAsync("b", time: time);
        using RawPeer dialled = await RawPeer.DialAsync(b.Port, FramePreface.Of(LinkClass.Register));
        await dialled.WelcomedAsync();
        await dialled.AnnounceAsync(PeerCodec.FrameLengthMax);
        await Eventually.IsAsync("the link", "1", _ => Task.FromResult($"{b.Links.Statuses.Count(status => !status.IsDialling)}"), Cancellation);

        await Eventually.IsAsync(
            "the link",
            "0",
            _ =>
            {
                time.Advance(PeerLiveness.TickInterval);
                return Task.FromResult($"{b.Links.Statuses.Count(status => !status.IsDialling)}");
            },
            Cancellation);
        await dialled.EndAsync();
    }

    [Theory]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 1, 0, 0 })]
    [InlineData(new byte[] { 9, 0, 0, 0, 1 })]
    [InlineData(new byte[] { 0xF0, 0xFF, 0xFF, 0xFF, 65 })]
    public async Task A_peer_that_ends_in_the_middle_of_something_is_gone(byte[] begun)
    {
        await using NetworkMember b = await NetworkMember.StartAsync("b");
        using RawPeer dialled = await RawPeer.DialAsync(b.Port, [.. FramePreface.Of(LinkClass.Register), .. begun]);
        dialled.SayNothingMore();

        Assert.Equal("the peer ended the connection", await dialled.FarewellAsync());
    }

    [Fact]
    public async Task A_peer_that_says_nothing_more_is_gone_when_its_last_frame_is_delivered()
    {
        await using NetworkMember b = await NetworkMember.StartAsync("b");
        using RawPeer dialled = await RawPeer.DialAsync(b.Port, FramePreface.Of(LinkClass.Bulk));
        await dialled.SendAsync(Messages.Frame(Messages.HeaderOf("a", "b"), Messages.Read(1)));
        dialled.SayNothingMore();

        await b.Requests.Until(all => all.Count == 1, "the request arrived");
        Assert.Equal("the peer ended the connection", await dialled.FarewellAsync());
    }

    [Fact]
    public async Task What_is_no_member_is_named()
    {
        await using NetworkMember a = await NetworkMember.StartAsync("a");
        await using NetworkMember b = await NetworkMember.StartAsync("b", serve: static async connection =>
        {
            await connection.Transport.Output.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
            await connection.Transport.Input.ReadAtLeastAsync(FramePreface.Length);
        });
        a.Links.Update([a.Member, b.Member]);
        await a.Connections.Until(all => all.Count == 1, "the attempt has failed");

        Assert.Equal($"what listens there does not speak as members do ({b.Address})", a.StatusTo(b.Member).LastError);
    }

    private static void AnswerEach(PeerLink link, PeerFrame frame)
    {
        foreach (PeerRequest request in frame.Requests)
        {
            Assert.True(link.TrySend(Messages.Accepted(request.Id)));
        }
    }
}
