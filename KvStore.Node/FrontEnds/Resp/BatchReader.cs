using System.Buffers;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Takes the GETs and SETs at the head of what a client has sent, as far as they may go together.</summary>
internal sealed class BatchReader(RespServer server, RespClient client)
{
    /// <summary>Bytes more that are put together each time; most commands have fewer.</summary>
    private const int JointStep = 1024;

    // A command that lies in two pieces of the input is put together here.
    private byte[] _joint = [];

    /// <summary>Whether what comes next is the beginning of such a command, as far as it goes: the rest is to be waited for.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>Whether what comes next is such a command, and is to be run by itself.</summary>
    public bool IsNextAlone { get; private set; }

    /// <param name="unread">Moved behind what was taken.</param>
    /// <returns>Null where there are none.</returns>
    public RespBatch? Read(ref ReadOnlySequence<byte> unread)
    {
        IsPartial = false;
        IsNextAlone = false;
        if (!MayBegin)
        {
            return null;
        }

        RespBatch? batch = null;
        while (TryTake(unread, out int length, ref batch))
        {
            unread = unread.Slice(length);
        }

        return batch;
    }

    /// <summary>Whether the client's next commands are as any other's: answered, untraced, and with nothing to be said first.</summary>
    private bool MayBegin => client is { IsAuthenticated: true, IsSilent: false, SkipsNext: false, IsSubscriber: false, IsInTransaction: false }
        && client.NextParent == default && !server.Budget.IsSpent && server.Member is not null;

    private bool TryTake(in ReadOnlySequence<byte> unread, out int length, ref RespBatch? batch)
    {
        QuickCommandKind kind = QuickCommand.Read(unread.FirstSpan, out length, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value);
        for (int joint = unread.FirstSpan.Length; kind == QuickCommandKind.Partial && joint < Math.Min(unread.Length, QuickCommand.BytesMax);)
        {
            joint = Join(unread, Math.Min(joint + JointStep, QuickCommand.BytesMax));
            kind = QuickCommand.Read(_joint.AsSpan(0, joint), out length, out key, out value);
        }

        IsPartial = kind == QuickCommandKind.Partial;
        bool isRead = kind == QuickCommandKind.Get;
        if (!(isRead || kind == QuickCommandKind.Set)
            || server.Rules.CheckKey(key.Length) is not null
            || server.Rules.CheckValue(value.Length) is not null)
        {
            return false;
        }

        if (server.IsNextTraced)
        {
            IsNextAlone = batch is null;
            return false;
        }

        batch ??= server.TakeBatch();
        return batch.TryAdd(key, value, isRead);
    }

    /// <returns>Bytes at hand, so many at most.</returns>
    private int Join(in ReadOnlySequence<byte> unread, int bytesMax)
    {
        int length = (int)Math.Min(unread.Length, bytesMax);
        if (_joint.Length < length)
        {
            _joint = new byte[length];
        }

        unread.Slice(0, length).CopyTo(_joint);
        return length;
    }
}
