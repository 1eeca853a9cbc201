using KvStore.Node.Peers;
using Xunit;

namespace KvStore.Tests.Peers;

public sealed class PeerSendQueueTests
{
    private readonly PeerSendQueue _queue = new(PeerFrameKind.Replies);

    [Fact]
    public void What_waits_leaves_in_one_frame()
    {
        for (ulong id = 0; id < 1000; id++)
        {
            Assert.True(_queue.TryAdd(Messages.Accepted(id)));
        }

        Assert.Equal([1000], TakeAll());
        Assert.Equal((0, 0L), (_queue.Messages, _queue.Bytes));
    }

    [Fact]
    public void A_frame_takes_no_more_than_256_KiB_and_a_longer_message_travels_alone()
    {
        for (ulong id = 0; id < 5; id++)
        {
            Assert.True(_queue.TryAdd(Messages.ReadReply(id, 100_000)));
        }

        Assert.True(_queue.TryAdd(Messages.ReadReply(5, 3_000_000)));
        Assert.True(_queue.TryAdd(Messages.Accepted(6)));
        Assert.True(_queue.TryAdd(Messages.Accepted(7)));
        Assert.Equal([2, 2, 1, 1, 2], TakeAll());
    }

    [Fact]
    public void Messages_beyond_the_bytes_limit_are_refused_and_taken_again_when_there_is_room()
    {
        int taken = 0;
        while (_queue.TryAdd(Messages.ReadReply(1, 1_000_000)))
        {
            taken++;
        }

        Assert.Equal(16, taken);
        Assert.InRange(_queue.Bytes, 16_000_000, PeerSendQueue.BytesMax);
        Assert.True(_queue.TryAdd(Messages.Accepted(2)));
        _queue.Recycle(_queue.Take()!);
        Assert.True(_queue.TryAdd(Messages.ReadReply(3, 1_000_000)));
    }

    [Fact]
    public void Messages_beyond_the_count_limit_are_refused()
    {
        for (int i = 0; i < PeerSendQueue.MessagesMax; i++)
        {
            Assert.True(_queue.TryAdd(Messages.Accepted(1)));
        }

        Assert.False(_queue.TryAdd(Messages.Accepted(1)));
        Assert.All(TakeAll(), count => Assert.InRange(count, 1, PeerCodec.MessagesMax));
    }

    [Fact]
    public void The_longest_message_is_taken_if_nothing_waits_and_a_longer_one_never()
    {
        int overhead = (int)PeerReplyCodec.LengthOf(Messages.ReadReply(1, 0));
        Assert.False(_queue.TryAdd(Messages.ReadReply(1, PeerCodec.MessageLengthMax - overhead + 1)));
        Assert.True(_queue.TryAdd(Messages.ReadReply(1, PeerCodec.MessageLengthMax - overhead)));
        Assert.False(_queue.TryAdd(Messages.Accepted(2)));

        ReadOnlyMemory<byte> frame = _queue.Take()!.Complete(Messages.HeaderOf("a", "b"));
        Assert.Equal(PeerCodec.FrameLengthMax, frame.Length);
        Assert.True(PeerCodec.TryReadFrame(frame, out _, out string? problem), problem);
    }

    [Fact]
    public void Clearing_drops_everything_and_says_how_much()
    {
        Assert.True(_queue.TryAdd(Messages.ReadReply(1, 200_000)));
        Assert.True(_queue.TryAdd(Messages.ReadReply(2, 200_000)));
        Assert.True(_queue.TryAdd(Messages.Accepted(3)));
        Assert.Equal(3, _queue.Clear());
        Assert.Equal((0, 0L), (_queue.Messages, _queue.Bytes));
        Assert.Null(_queue.Take());
        Assert.True(_queue.TryAdd(Messages.Accepted(4)));
        Assert.Equal([1], TakeAll());
    }

    private List<int> TakeAll()
    {
        List<int> counts = [];
        while (_queue.Take() is { } frame)
        {
            counts.Add(frame.Count);
            _queue.Recycle(frame);
        }

        return counts;
    }
}
