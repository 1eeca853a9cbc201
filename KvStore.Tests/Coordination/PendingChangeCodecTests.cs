using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Tests.Coordination;

public sealed class PendingChangeCodecTests
{
    [Fact]
    public void A_pending_change_reads_back_as_it_was_written()
    {
        Change put = Change.Put(new byte[] { 1, 2, 3 }) with { UnlessPassed = new Ballot(Epoch.First, 7, 2), ExpiresAt = 99 };
        Key key = new("a/b"u8.ToArray());
        (Key backKey, Change back) = PendingChangeCodec.Decode(PendingChangeCodec.Encode(key, put));
        Assert.Equal(key, backKey);
        Assert.Equal((put.Kind, put.UnlessPassed, put.ExpiresAt), (back.Kind, back.UnlessPassed, back.ExpiresAt));
        Assert.Equal([1, 2, 3], back.Value.ToArray());
    }

    [Fact]
    public void Bytes_cut_short_are_refused()
    {
        byte[] bytes = PendingChangeCodec.Encode(new Key("abc"u8.ToArray()), Change.Delete() with { UnlessPassed = new Ballot(Epoch.First, 7, 2) });
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<FormatException>(() => PendingChangeCodec.Decode(bytes.AsMemory(0, length)));
        }
    }
}
