using Google.Protobuf;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Protocol.Peers;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Peers;

public sealed class IntroductionCodecTests
{
    private static readonly TopologyDocument Document = Owners.Document(3, 3);

    private static readonly Acquaintance Sample = new(
        new Guid(1, 2, 3, new byte[8]), "shop", Owners.Member(2) with { Ordinal = 0, State = MemberState.Joining, Zone = "z1" }, ClusterId.FromName("one"), new Epoch(7))
    {
        Forms = true,
        Joins = true,
        Documents = [Document],
        Members = ["http://127.0.0.1:9001"],
        Refusal = "the name is taken",
        Removed = true,
        RespAddress = "tcp://127.0.0.1:6381",
    };

    [Fact]
    public void What_a_node_says_of_itself_reads_back()
    {
        Assert.True(IntroductionCodec.TryDecode(IntroductionCodec.Encode(Sample), out Acquaintance? back, out _));
        Assert.Equal(Sample with { Documents = [], Members = [] }, back with { Documents = [], Members = [] });
        Assert.Equal(Sample.Members, back.Members);
        Assert.Equal(TopologyCodec.Encode(Document), TopologyCodec.Encode(Assert.Single(back.Documents)));
    }

    [Fact]
    public void A_node_in_no_cluster_says_so()
    {
        Assert.True(IntroductionCodec.TryDecode(IntroductionCodec.Encode(Sample with { Cluster = null }), out Acquaintance? back, out _));
        Assert.Null(back.Cluster);
    }

    [Fact]
    public void A_node_that_tells_nothing_of_the_Redis_protocol_is_understood()
    {
        Introduction message = IntroductionCodec.Encode(Sample);
        message.RespAddress = "";
        Assert.True(IntroductionCodec.TryDecode(message, out Acquaintance? back, out _));
        Assert.Equal("", back.RespAddress);
    }

    [Fact]
    public void What_is_malformed_or_of_another_version_is_refused_with_the_reason()
    {
        (Action<Introduction> Change, string Problem)[] cases =
        [
            (message => message.Version = 9, "it speaks version 9 of the introduction, this node 1"),
            (message => message.Process = ByteString.Empty, "its identity is malformed"),
            (message => message.MemberId = ByteString.CopyFromUtf8("short"), "its identity is malformed"),
            (message => message.ClusterId = ByteString.CopyFromUtf8("short"), "its cluster's identity is malformed"),
            (message => message.Name = "", "its name is malformed"),
            (message => message.GrpcAddress = "nowhere", "its address 'nowhere' is none"),
            (message => message.RespAddress = "http://127.0.0.1:6381", "its address 'http://127.0.0.1:6381' is none"),
            (message => message.Members.Add("nowhere"), "its members' addresses are malformed"),
            (message => message.Documents.Add(ByteString.CopyFromUtf8("{")), "the topology document cannot be read"),
        ];
        foreach ((Action<Introduction> change, string problem) in cases)
        {
            Introduction message = IntroductionCodec.Encode(Sample);
            change(message);
            Assert.False(IntroductionCodec.TryDecode(message, out _, out string? found));
            Assert.StartsWith(problem, found, StringComparison.Ordinal);
        }
    }
}
