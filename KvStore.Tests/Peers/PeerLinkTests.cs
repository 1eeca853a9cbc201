using KvStore.Node.Peers;
using Xunit;

namespace KvStore.Tests.Peers;

public sealed class PeerLinkTests
{
    [Fact]
    public void A_connected_link_pings_at_once_and_is_open_with_the_first_answer()
    {
        LinkBed bed = new();
        bed.Link.Start();
        bed.Link.OnOpened();
        Assert.False(bed.Link.IsConnected);
        Assert.Equal([Messages.HeaderOf("a", "b")], bed.Wire.Sent.Select(frame => frame.Header));
        Assert.True(bed.Wire.Sent[0].IsEmpty);

        bed.Time.Advance(TimeSpan.FromMilliseconds(3));
        bed.Link.OnSent();
        bed.Link.OnFrame(bed.EmptyFromPeer);
        Assert.Equal(["open"], bed.Told);
        Assert.Equal(
            new PeerLinkStatus(
                Messages.Member("b"), "b", LinkClass.Register, IsDialling: true, Connected: true, bed.Time.GetUtcNow(), LastError: null,
                TimeSpan.FromMilliseconds(3), QueuedBytes: 0, FramesSent: 1, FramesReceived: 1, SendsRefused: 0, MessagesDropped: 0),
            bed.Link.Status);
    }

    [Fact]
    public void Requests_of_the_first_attempt_wait_and_leave_together()
    {
        LinkBed bed = new();
        bed.Link.Start();
        Assert.All(new ulong[] { 1, 2, 3 }, id => Assert.True(bed.Link.TrySend(Messages.Read(id))));
        bed.Link.OnOpened();
        bed.Link.OnSent();
        Assert.Single(bed.Wire.Sent);
        bed.Link.OnFrame(bed.EmptyFromPeer);
        Assert.Equal([1UL, 2, 3], bed.Wire.Sent[1].Requests.Select(request => request.Id));
    }

    [Fact]
    public void A_first_attempt_that_fails_is_told_and_later_ones_take_no_requests()
    {
        LinkBed bed = new();
        bed.Link.Start();
        Assert.True(bed.Link.TrySend(Messages.Read(1)));
        bed.Link.OnLost("connection refused");
        Assert.Equal(["lost"], bed.Told);
        Assert.False(bed.Link.TrySend(Messages.Read(2)));

        bed.Time.Advance(ReconnectDelay.Max);
        Assert.Equal(["open", "open"], bed.Wire.Calls);
        Assert.False(bed.Link.TrySend(Messages.Read(3)));
        bed.Link.OnLost("connection refused again");
        Assert.Equal(["lost"], bed.Told);
        PeerLinkStatus status = bed.Link.Status;
        Assert.Equal((1L, 2L, "connection refused again"), (status.MessagesDropped, status.SendsRefused, status.LastError));
    }

    [Fact]
    public void Everything_queued_behind_a_frame_leaves_as_one()
    {
        LinkBed bed = new LinkBed().Opened();
        for (ulong id = 1; id <= 500; id++)
        {
            Assert.True(bed.Link.TrySend(Messages.Read(id)));
        }

        bed.Link.OnSent();
        bed.Link.OnSent();
        Assert.Equal([0, 1, 499], bed.Wire.Sent.Select(frame => frame.Requests.Count));
        Assert.Equal(Enumerable.Range(1, 500).Select(id => (ulong)id), bed.Wire.Sent.SelectMany(frame => frame.Requests).Select(r => r.Id));
    }

    [Fact]
    public void A_frame_tells_how_long_its_first_request_has_waited()
    {
        LinkBed bed = new LinkBed().Opened();
        Assert.True(bed.Link.TrySend(Messages.Read(1)));
        Assert.True(bed.Link.TrySend(Messages.Read(2)));
        bed.Time.Advance(TimeSpan.FromMilliseconds(30));
        Assert.True(bed.Link.TrySend(Messages.Read(3)));
        bed.Time.Advance(TimeSpan.FromMilliseconds(40));
        bed.Link.OnSent();
        bed.Link.OnSent();
        Assert.Equal([(1, 0), (2, 70)], bed.Wire.Sent.Skip(1).Select(frame => (frame.Requests.Count, frame.Header.WaitedMilliseconds)));
    }

    [Fact]
    public void Requests_that_nobody_waits_for_any_more_do_not_leave()
    {
        LinkBed bed = new LinkBed().Opened();
        bed.Link.OnSent();
        Assert.True(bed.Link.TrySend(Messages.Read(1)));
        Assert.True(bed.Link.TrySend(Messages.Read(2) with { TimeoutMilliseconds = 20 }));
        Assert.True(bed.Link.TrySend(Messages.Read(3) with { TimeoutMilliseconds = 50 }));
        bed.Time.Advance(TimeSpan.FromMilliseconds(51));
        bed.Link.OnSent();
        Assert.True(bed.Link.TrySend(Messages.Read(4)));
        Assert.Equal([1UL, 4], bed.Wire.Sent.SelectMany(frame => frame.Requests).Select(request => request.Id));
        Assert.Equal(2, bed.Link.Status.RequestsExpired);
    }

    [Fact]
    public void A_frame_leaves_for_the_one_of_its_requests_that_is_still_waited_for()
    {
        LinkBed bed = new LinkBed().Opened();
        bed.Link.OnSent();
        Assert.True(bed.Link.TrySend(Messages.Read(1)));
        Assert.True(bed.Link.TrySend(Messages.Read(2) with { TimeoutMilliseconds = 20 }));
        Assert.True(bed.Link.TrySend(Messages.Read(3) with { TimeoutMilliseconds = 52 }));
        bed.Time.Advance(TimeSpan.FromMilliseconds(51));
        bed.Link.OnSent();
        Assert.Equal([1UL, 2, 3], bed.Wire.Sent.SelectMany(frame => frame.Requests).Select(request => request.Id));
    }

    [Fact]
    public void What_one_batch_sends_leaves_together_when_the_outermost_ends()
    {
        LinkBed bed = new LinkBed().Opened();
        bed.Wire.SendsAtOnce = true;
        using (PeerSendBatch.Begin())
        {
            using (PeerSendBatch.Begin())
            {
                Assert.True(bed.Link.TrySend(Messages.Read(1)));
            }

            Assert.True(bed.Link.TrySend(Messages.Read(2)));
            Assert.Single(bed.Wire.Sent);
        }

        Assert.True(bed.Link.TrySend(Messages.Read(3)));
        Assert.Equal([0, 2, 1], bed.Wire.Sent.Select(frame => frame.Requests.Count));
    }

    [Fact]
    public void A_batch_does_not_hold_a_full_frame_back()
    {
        LinkBed bed = new LinkBed().Opened();
        bed.Wire.SendsAtOnce = true;
        using PeerSendBatch batch = PeerSendBatch.Begin();
        Assert.True(bed.Link.TrySend(Messages.Accept(1, 200_000)));
        Assert.True(bed.Link.TrySend(Messages.Accept(2, 200_000)));
        Assert.Equal([0, 1, 1], bed.Wire.Sent.Select(frame => frame.Requests.Count));
    }

    [Fact]
    public void A_wire_that_is_done_at_once_gets_frame_after_frame_without_recursion()
    {
        LinkBed bed = new();
        bed.Wire.SendsAtOnce = true;
        bed.Link.Start();
        for (ulong id = 1; id <= 50; id++)
        {
            Assert.True(bed.Link.TrySend(Messages.Accept(id, 250_000)));
        }

        int depth = 0, depthMax = 0;
        bed.Wire.OnSending = () => depthMax = Math.Max(depthMax, ++depth);
        bed.Wire.OnSending += () => depth--;
        bed.Link.OnOpened();
        bed.Link.OnFrame(bed.EmptyFromPeer);
        Assert.Equal(Enumerable.Range(1, 50).Select(id => (ulong)id), bed.Wire.Sent.SelectMany(frame => frame.Requests).Select(r => r.Id));
        Assert.Equal((51, 1), (bed.Wire.Sent.Count, depthMax));
    }

    [Fact]
    public void A_full_link_refuses_and_counts()
    {
        LinkBed bed = new LinkBed().Opened();
        int taken = 0;
        while (bed.Link.TrySend(Messages.Accept(1, 1_000_000)))
        {
            taken++;
        }

        Assert.Equal(17, taken);
        PeerLinkStatus status = bed.Link.Status;
        Assert.Equal(1, status.SendsRefused);
        Assert.InRange(status.QueuedBytes, 17_000_000, PeerSendQueue.BytesMax + 1_001_000);
        bed.Link.OnSent();
        Assert.True(bed.Link.TrySend(Messages.Accept(1, 1_000_000)));
    }

    [Fact]
    public void A_lost_connection_is_made_again_after_a_delay()
    {
        LinkBed bed = new LinkBed().Opened();
        Assert.True(bed.Link.TrySend(Messages.Read(1)));
        Assert.True(bed.Link.TrySend(Messages.Read(2)));
        bed.Link.OnLost("reset");
        Assert.False(bed.Link.TrySend(Messages.Read(3)));
        bed.Time.Advance(ReconnectDelay.Min - TimeSpan.FromMilliseconds(1));
        Assert.Equal(["open", "send", "send"], bed.Wire.Calls);

        bed.Time.Advance(ReconnectDelay.Min + TimeSpan.FromMilliseconds(1));
        bed.Link.OnOpened();
        bed.Link.OnSent();
        bed.Link.OnFrame(bed.EmptyFromPeer);
        Assert.Equal(["open", "lost", "open"], bed.Told);
        Assert.Equal(["open", "send", "send", "open", "send"], bed.Wire.Calls);
        Assert.Equal((1L, "reset"), (bed.Link.Status.MessagesDropped, bed.Link.Status.LastError));
        Assert.Equal(
            ["Information: The register link to b is open", "Warning: The register link to b is not open: reset"],
            bed.Logger.Lines.Take(2));
    }

    [Fact]
    public void Delays_keep_growing_while_connections_are_made_but_refused()
    {
        LinkBed bed = new();
        bed.Link.Start();
        List<TimeSpan> waits = [];
        for (int attempt = 1; attempt <= 200; attempt++)
        {
            bed.Link.OnOpened();
            bed.Link.OnLost("FailedPrecondition: another cluster");
            DateTimeOffset lostAt = bed.Time.GetUtcNow();
            while (bed.Wire.Calls.Count(call => call == "open") == attempt)
            {
                bed.Time.Advance(TimeSpan.FromMilliseconds(1));
            }

            waits.Add(bed.Time.GetUtcNow() - lostAt);
        }

        Assert.All(waits, wait => Assert.InRange(wait, ReconnectDelay.Min, ReconnectDelay.Max + TimeSpan.FromMilliseconds(1)));
        Assert.InRange(waits.Skip(10).Average(wait => wait.TotalMilliseconds), 800, 1300);

        // Four minutes of failures: the first at once, then one line a minute.
        Assert.InRange(bed.Logger.Lines.Count, 4, 6);
    }

    [Fact]
    public void An_idle_link_pings_every_second_and_stays_open_while_it_is_answered()
    {
        LinkBed bed = new LinkBed().Opened();
        bed.Wire.SendsAtOnce = true;
        for (int second = 0; second < 60; second++)
        {
            bed.Time.Advance(PeerLiveness.PingInterval);
            bed.Link.OnFrame(bed.EmptyFromPeer);
        }

        Assert.Equal(61, bed.Wire.Sent.Count);
        Assert.Equal(["open"], bed.Told);
    }

    [Fact]
    public void A_silent_peer_is_noticed_within_three_seconds()
    {
        LinkBed bed = new LinkBed().Opened();
        bed.Wire.SendsAtOnce = true;
        bed.Time.Advance(TimeSpan.FromMilliseconds(2499));
        Assert.Equal(["open"], bed.Told);
        bed.Time.Advance(TimeSpan.FromMilliseconds(501));
        Assert.Equal(["open", "lost"], bed.Told);
        Assert.Equal("close", bed.Wire.Calls[^1]);
        Assert.Equal("nothing received for 2.5 s", bed.Link.Status.LastError);

        bed.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("close", bed.Wire.Calls[^1]);
        bed.Link.OnLost("cancelled");
        bed.Time.Advance(ReconnectDelay.Max);
        Assert.Equal("open", bed.Wire.Calls[^1]);
    }

    [Fact]
    public void A_pause_of_this_process_is_not_taken_for_the_peers()
    {
        LinkBed bed = new LinkBed().Opened();
        bed.Wire.SendsAtOnce = true;
        bed.Time.Jump(TimeSpan.FromSeconds(60));
        Assert.Equal(["open"], bed.Told);
        bed.Link.OnFrame(bed.EmptyFromPeer);
        bed.Time.Jump(TimeSpan.FromSeconds(60));
        Assert.Equal(["open"], bed.Told);
    }

    [Fact]
    public void An_attempt_without_an_answer_is_given_up_after_three_seconds()
    {
        LinkBed bed = new();
        bed.Link.Start();
        bed.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(["open", "close"], bed.Wire.Calls);
        Assert.Equal("no first frame within 3 s", bed.Link.Status.LastError);
    }

    [Fact]
    public void A_closed_link_ends_when_its_wire_is_at_rest_and_does_nothing_more()
    {
        LinkBed bed = new LinkBed().Opened();
        bed.Link.Close();
        Assert.Equal(["open", "lost"], bed.Told);
        bed.Link.OnLost("cancelled");
        bed.Link.Close();
        Assert.Equal(["open", "lost", "ended"], bed.Told);
        Assert.False(bed.Link.TrySend(Messages.Read(1)));
        bed.Link.OnFrame(bed.EmptyFromPeer);
        bed.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["open", "send", "close", "close"], bed.Wire.Calls);
        Assert.Equal(["open", "lost", "ended"], bed.Told);
    }

    [Fact]
    public void A_link_closed_before_it_started_never_starts()
    {
        LinkBed bed = new();
        bed.Link.Close();
        bed.Link.Start();
        Assert.Equal(["ended"], bed.Told);
        Assert.Equal(["close"], bed.Wire.Calls);
    }

    [Fact]
    public void A_link_closed_from_within_its_own_news_tells_the_rest_in_order()
    {
        LinkBed bed = new();
        bed.OnChanged = (link, connected) =>
        {
            bed.Told.Add(connected ? "open" : "lost");
            if (connected)
            {
                link.Close();
                link.OnLost("closed");
            }
        };
        bed.Opened();
        Assert.Equal(["open", "lost", "ended"], bed.Told);
    }
}
