using Xunit;

namespace KvStore.Tests.Peers;

public sealed class PeerLinkAnsweringTests
{
    [Fact]
    public void An_answering_link_learns_its_peer_from_the_first_frame_and_answers_pings_and_requests()
    {
        LinkBed bed = new(isDialling: false);
        bed.Link.Start();
        bed.Link.OnOpened();
        Assert.Null(bed.Link.Peer);
        Assert.Empty(bed.Wire.Sent);

        bed.Link.OnFrame(bed.EmptyFromPeer);
        Assert.Equal(Messages.Member("b"), bed.Link.Peer);
        Assert.Equal([Messages.HeaderOf("a", "b")], bed.Wire.Sent.Select(frame => frame.Header));
        bed.Link.OnSent();

        bed.Link.OnFrame(Messages.Frame(Messages.HeaderOf("b", "a"), Messages.Read(5)));
        Assert.Equal([5UL], bed.Received.Single().Requests.Select(request => request.Id));
        Assert.True(bed.Link.TrySend(Messages.Accepted(5)));
        Assert.Equal([5UL], bed.Wire.Sent[^1].Replies.Select(reply => reply.Id));
        Assert.Equal(["open"], bed.Told);
    }

    [Fact]
    public void An_answering_link_is_over_with_its_connection()
    {
        LinkBed bed = new LinkBed(isDialling: false).Opened();
        bed.Link.OnLost("the peer ended the stream");
        Assert.Equal(["open", "lost", "ended"], bed.Told);
        Assert.False(bed.Link.TrySend(Messages.Accepted(1)));
        bed.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["open", "send"], bed.Wire.Calls);
    }

    [Fact]
    public void An_answering_link_gives_a_silent_peer_up_after_ten_seconds()
    {
        LinkBed bed = new LinkBed(isDialling: false).Opened();
        bed.Time.Advance(TimeSpan.FromMilliseconds(9_999));
        Assert.Equal(["open"], bed.Told);
        bed.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["open", "lost"], bed.Told);
        Assert.Equal(["open", "send", "close"], bed.Wire.Calls);
    }

    [Fact]
    public void Answers_to_one_frame_leave_together()
    {
        LinkBed bed = new LinkBed(isDialling: false).Opened();
        bed.Wire.SendsAtOnce = true;
        bed.OnReceived = (link, frame) => Assert.All(frame.Requests, request => Assert.True(link.TrySend(Messages.Accepted(request.Id))));
        bed.Link.OnFrame(Messages.Frame(Messages.HeaderOf("b", "a"), Messages.Read(1), Messages.Read(2), Messages.Read(3)));
        Assert.Equal([0, 3], bed.Wire.Sent.Select(frame => frame.Replies.Count));
    }
}
