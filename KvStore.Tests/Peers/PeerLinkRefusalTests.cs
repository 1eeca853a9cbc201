using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using Xunit;

namespace KvStore.Tests.Peers;

public sealed class PeerLinkRefusalTests
{
    [Fact]
    public void A_frame_that_does_not_belong_here_ends_the_connection_and_says_why()
    {
        PeerFrameHeader good = Messages.HeaderOf("b", "a");
        ClusterId other = ClusterId.FromName("other");
        (PeerFrameHeader Header, string Problem)[] cases =
        [
            (good with { Cluster = other }, $"the sender belongs to cluster {other}, this member to {Messages.Cluster}"),
            (good with { To = Messages.Member("c") }, $"it is meant for member {Messages.Member("c")}, this is member {Messages.Member("a")}"),
            (good with { From = Messages.Member("c") }, $"it comes from member {Messages.Member("c")}, not from {Messages.Member("b")}"),
            (good with { From = Messages.Member("a") }, $"the sender claims this member's own identity {Messages.Member("a")}"),
            (good with { TopologyDigest = 8 }, "the sender's topology of epoch 1 has digest 0000000000000008, this member's 0000000000000007"),
        ];
        foreach ((PeerFrameHeader header, string problem) in cases)
        {
            LinkBed bed = new LinkBed().Opened();
            bed.Link.OnFrame(Messages.Frame(header, Messages.Accepted(1)));
            Assert.Equal((0, 1L), (bed.Received.Count, bed.Refusals.Count));
            Assert.Equal(["open", "lost"], bed.Told);
            Assert.Equal("close", bed.Wire.Calls[^1]);
            Assert.Equal($"refused a frame: {problem}", bed.Link.Status.LastError);
            Assert.Contains($"Warning: Refused a frame on the register link to b: {problem}. 1 refused since the last such line", bed.Logger.Lines);
        }
    }

    [Fact]
    public void Another_topology_of_another_epoch_passes()
    {
        LinkBed bed = new LinkBed().Opened();
        bed.Link.OnFrame(Messages.Frame(Messages.HeaderOf("b", "a") with { Epoch = new Epoch(2), TopologyDigest = 8 }, Messages.Accepted(1)));
        Assert.Equal([1UL], bed.Received.Single().Replies.Select(reply => reply.Id));
    }

    [Fact]
    public void A_damaged_frame_or_one_of_the_wrong_direction_ends_the_connection()
    {
        byte[] damaged = Messages.Frame(Messages.HeaderOf("b", "a"), Messages.Accepted(1)).ToArray();
        damaged[^1] ^= 1;
        foreach ((ReadOnlyMemory<byte> frame, string problem) in new (ReadOnlyMemory<byte>, string)[]
        {
            (damaged, "its checksum is wrong"),
            (Messages.Frame(Messages.HeaderOf("b", "a"), Messages.Read(1)), "it holds requests where replies belong"),
        })
        {
            LinkBed bed = new LinkBed().Opened();
            bed.Link.OnFrame(frame);
            Assert.Equal((0, $"refused a frame: {problem}"), (bed.Received.Count, bed.Link.Status.LastError));
        }
    }

    [Fact]
    public void Refusals_are_logged_once_a_minute()
    {
        LinkBed bed = new();
        for (int i = 0; i < 150; i++)
        {
            bed.Refusals.Refused("link", "wrong");
            bed.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(150, bed.Refusals.Count);
        Assert.Equal(
            [
                "Warning: Refused a frame on the link: wrong. 1 refused since the last such line",
                "Warning: Refused a frame on the link: wrong. 60 refused since the last such line",
                "Warning: Refused a frame on the link: wrong. 60 refused since the last such line",
            ],
            bed.Logger.Lines);
    }

    [Fact]
    public void An_answering_link_refuses_a_second_sender()
    {
        LinkBed bed = new LinkBed(isDialling: false).Opened();
        bed.Link.OnFrame(Messages.Frame(Messages.HeaderOf("c", "a"), Messages.Read(5)));
        Assert.Equal(
            $"refused a frame: it comes from member {Messages.Member("c")}, not from {Messages.Member("b")}", bed.Link.Status.LastError);
    }
}
