using System.Text;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Topology;

public sealed class TopologyDocumentTests
{
    [Fact]
    public void A_document_reads_back_and_has_one_form_in_bytes()
    {
        TopologyDocument document = Owners.Document(3, 3);
        byte[] bytes = TopologyCodec.Encode(document);
        Assert.True(TopologyCodec.TryDecode(bytes, out TopologyDocument? back, out _));
        Assert.Equal(bytes, TopologyCodec.Encode(back));
        Assert.Null(document.DifferenceFrom(back));
        Assert.Null(back.Next);

        TopologyDocument joint = document with { Next = [document.Members[0].Id] };
        Assert.True(TopologyCodec.TryDecode(TopologyCodec.Encode(joint), out back, out _));
        Assert.Equal(joint.Next, back.Next);
    }

    [Theory]
    [InlineData("", "cannot be read")]
    [InlineData("{}", "cannot be read")]
    [InlineData("{\"format\":2}", "has format 2; this version reads 1")]
    [InlineData("{\"format\":1}", "cannot be read")]
    public void What_is_no_document_is_refused_with_a_reason(string json, string reason)
    {
        Assert.False(TopologyCodec.TryDecode(Encoding.UTF8.GetBytes(json), out _, out string? problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_digest_leaves_addresses_out_and_nothing_else()
    {
        TopologyDocument document = Owners.Document(3, 3);
        TopologyMember first = document.Members[0];
        TopologyDocument moved = document with { Members = [first with { GrpcAddress = "http://elsewhere:1" }, .. document.Members.Skip(1)] };
        Assert.Equal(document.Digest(), moved.Digest());
        Assert.NotEqual(document.Digest(), (document with { Replication = 2 }).Digest());
        Assert.NotEqual(document.Digest(), Owners.Document(4, 3).Digest());
        TopologyDocument zoned = document with { Members = [first with { Zone = "a" }, .. document.Members.Skip(1)] };
        Assert.NotEqual(document.Digest(), zoned.Digest());
    }

    [Fact]
    public void A_difference_in_membership_is_put_into_words()
    {
        Assert.Equal(
            "members [node1, node2, node3, node4], not [node1, node2, node3]",
            Owners.Document(4, 3).DifferenceFrom(Owners.Document(3, 3)));
        Assert.Equal("replication 2, not 3", Owners.Document(3, 2).DifferenceFrom(Owners.Document(3, 3)));
    }
}
