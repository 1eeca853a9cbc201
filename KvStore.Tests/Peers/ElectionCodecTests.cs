using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Peers;

public sealed class ElectionCodecTests
{
    private static readonly ClusterId Cluster = ClusterId.FromName("test");

    [Fact]
    public void A_message_reads_back_with_its_documents()
    {
        ElectionMessage message = Sample();
        Assert.True(ElectionCodec.TryDecode(ElectionCodec.Encode(Cluster, message), out ClusterId cluster, out ElectionMessage? back, out _));
        Assert.Equal(Cluster, cluster);
        Assert.Equal(message with { Documents = [] }, back with { Documents = [] });
        Assert.Equal(message.Documents.Select(document => document.Digest()), back.Documents.Select(document => document.Digest()));
    }

    [Fact]
    public void No_flipped_bit_and_no_missing_byte_is_taken_for_a_message()
    {
        byte[] bytes = ElectionCodec.Encode(Cluster, Sample());
        for (int bit = 0; bit < bytes.Length * 8; bit += 3)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(ElectionCodec.TryDecode(bytes, out _, out _, out string? problem));
            Assert.NotNull(problem);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(ElectionCodec.TryDecode(bytes.AsMemory(0, length), out _, out _, out _));
        }
    }

    private static ElectionMessage Sample() => new(
        ElectionMessageKind.Documents,
        Owners.Member(1).Id,
        Owners.Member(2).Id,
        new Epoch(2),
        new Ballot(new Epoch(1), 77, 1),
        new Ballot(new Epoch(1), 66, 2),
        [Owners.Document(3, 3), Owners.Document(4, 3) with { Epoch = new Epoch(2) }]);
}
