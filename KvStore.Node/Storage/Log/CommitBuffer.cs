namespace KvStore.Node.Storage.Log;

/// <summary>The frames of one commit to be: filled by whoever appends, under the log's lock, then sealed and written by the committer.</summary>
internal sealed class CommitBuffer
{
    private const int LengthLeast = 64 << 10;

    private byte[] _bytes = new byte[LengthLeast];

    /// <summary>Bytes of frames so far, without the commit's end.</summary>
    public int Length { get; private set; }

    public int Capacity => _bytes.Length;

    public int Records { get; private set; }

    public long LsnLast { get; private set; }

    /// <summary>What the commit will take in the segment.</summary>
    public int CommitLength => Length + LogFrame.HeaderLength;

    /// <param name="payloadLength"><see cref="LogPayload.LengthOf"/> of the entry.</param>
    public void Add(long lsn, in StoreEntry entry, int payloadLength)
    {
        ushort slot = entry.Kind == StoreEntryKind.Fact ? (ushort)0 : entry.Key.Slot.Number;
        LogFrame frame = new(lsn, 0, slot, (LogFrameKind)entry.Kind, payloadLength);
        Reserve(frame.Length + LogFrame.HeaderLength);
        frame.WriteTo(_bytes.AsSpan(Length));
        LogPayload.Write(entry, _bytes.AsSpan(Length + LogFrame.HeaderLength, payloadLength));
        Length += frame.Length;
        LsnLast = lsn;
        Records++;
    }

    /// <summary>Adds the commit's end and finishes every frame for the segment it goes to.</summary>
    public ReadOnlySpan<byte> Seal(long synced, uint seed)
    {
        LogFrame end = new(LsnLast, 0, 0, LogFrameKind.CommitEnd, 0);
        end.WriteTo(_bytes.AsSpan(Length));
        int at = 0;
        while (at < CommitLength)
        {
            at += LogFrame.Seal(_bytes.AsSpan(at), synced, seed);
        }

        return _bytes.AsSpan(0, CommitLength);
    }

    public void Clear()
    {
        Length = 0;
        Records = 0;
        LsnLast = 0;
    }

    private void Reserve(int length)
    {
        if (Length + length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(Length + length, 2 * _bytes.Length));
        }
    }
}
