namespace KvStore.Node.Storage.Log;

/// <summary>The commits that are full and wait, and the one that is being filled. Under the log's lock.</summary>
/// <param name="commitBytesMax">What a commit takes, or one larger entry.</param>
internal sealed class CommitQueue(int commitBytesMax)
{
    /// <summary>Emptied buffers kept for reuse.</summary>
    private const int SpareBuffersMax = 4;

    private readonly Queue<CommitBuffer> _full = [];
    private readonly Stack<CommitBuffer> _spareBuffers = [];

    private CommitBuffer _filling = new();

    public bool IsEmpty => _full.Count == 0 && _filling.Length == 0;

    /// <summary>What the only commit would take in the segment; 0 if there is none, or more than one.</summary>
    public int OnlyCommitLength => _full.Count > 0 || _filling.Length == 0 ? 0 : _filling.CommitLength;

    /// <param name="length">Bytes of its frame.</param>
    public void Add(long lsn, in StoreEntry entry, int payloadLength, int length)
    {
        if (_filling.Length > 0 && _filling.Length + length > commitBytesMax)
        {
            _full.Enqueue(_filling);
            _filling = Empty();
        }

        _filling.Add(lsn, entry, payloadLength);
    }

    /// <summary>The next commit. There must be one.</summary>
    public CommitBuffer Take()
    {
        if (_full.TryDequeue(out CommitBuffer? full))
        {
            return full;
        }

        CommitBuffer filled = _filling;
        _filling = Empty();
        return filled;
    }

    /// <summary>A buffer whose commit was written is used again, unless one entry made it very large.</summary>
    public void GiveBack(CommitBuffer buffer)
    {
        buffer.Clear();
        if (_spareBuffers.Count < SpareBuffersMax && buffer.Capacity <= 2 * commitBytesMax)
        {
            _spareBuffers.Push(buffer);
        }
    }

    private CommitBuffer Empty() => _spareBuffers.TryPop(out CommitBuffer? spare) ? spare : new CommitBuffer();
}
