namespace KvStore.Tests.Simulation;

/// <summary>
/// One file of a <see cref="ModelDisk"/>, twice: as programs see it (through the page cache) and as it is on the platter,
/// with the writes between the two. A sector is written whole: after a power loss it shows one of the states it went
/// through since it was last synced, each sector its own.
/// </summary>
internal sealed class ModelFile
{
    public const int SectorSize = 512;

    private readonly List<PendingWrite> _pending = [];

    // Their sync failed: the system believes them written, and no later sync will write them.
    private readonly List<PendingWrite> _abandoned = [];

    private byte[] _visible = [];
    private byte[] _durable = [];

    public ModelFile()
    {
    }

    /// <summary>A file as an image has it, all of it durable.</summary>
    public ModelFile(byte[] contents)
    {
        _visible = [.. contents];
        _durable = [.. contents];
    }

    private readonly record struct PendingWrite(long Number, long Offset, byte[] Bytes);

    private readonly record struct Piece(long Sector, long Offset, ReadOnlyMemory<byte> Bytes);

    public ReadOnlySpan<byte> Visible => _visible;

    public ReadOnlySpan<byte> Durable => _durable;

    public void Write(long number, long offset, ReadOnlySpan<byte> bytes)
    {
        Put(ref _visible, offset, bytes);
        _pending.Add(new PendingWrite(number, offset, bytes.ToArray()));
    }

    /// <summary>All writes up to this number are on the disk.</summary>
    public void EndSync(long number)
    {
        foreach (var write in _pending.TakeWhile(write => write.Number <= number))
        {
            Put(ref _durable, write.Offset, write.Bytes);
        }

        _pending.RemoveAll(write => write.Number <= number);
    }

    /// <summary>A sync up to this number failed. What was read before can still be read, until the power goes.</summary>
    public void FailSync(long number)
    {
        _abandoned.AddRange(_pending.TakeWhile(write => write.Number <= number));
        _pending.RemoveAll(write => write.Number <= number);
    }

    /// <summary>The power goes: every sector not synced is found in one of the states it had.</summary>
    public (int Kept, int Lost) LosePower(SeededRandom random)
    {
        var lengthBefore = _visible.Length;
        var pieces = _abandoned.Concat(_pending).OrderBy(write => write.Number).SelectMany(Pieces).ToList();
        _abandoned.Clear();
        _pending.Clear();

        var (kept, lost) = random.Next(3) == 0 ? KeepPrefix(pieces, random) : KeepAnyState(pieces, random);

        // The length is written apart from the data: a file can be long already and hold nothing but zeros there.
        if (_durable.Length < lengthBefore && random.Next(4) == 0)
        {
            Array.Resize(ref _durable, lengthBefore);
        }

        _visible = [.. _durable];
        return (kept, lost);
    }

    public void FlipBit(long bit)
    {
        var mask = (byte)(1 << (int)(bit % 8));
        _visible[bit / 8] ^= mask;
        if (bit / 8 < _durable.Length)
        {
            _durable[bit / 8] ^= mask;
        }
    }

    // As after a log that was written front to back: all before some point, nothing after it.
    private (int Kept, int Lost) KeepPrefix(List<Piece> pieces, SeededRandom random)
    {
        var kept = random.Next(pieces.Count + 1);
        foreach (var piece in pieces.Take(kept))
        {
            Put(ref _durable, piece.Offset, piece.Bytes.Span);
        }

        return (kept, pieces.Count - kept);
    }

    private (int Kept, int Lost) KeepAnyState(List<Piece> pieces, SeededRandom random)
    {
        var kept = 0;
        var lost = 0;
        foreach (var sector in pieces.GroupBy(piece => piece.Sector))
        {
            var states = sector.Count();
            var state = random.Next(states + 1);
            foreach (var piece in sector.Take(state))
            {
                Put(ref _durable, piece.Offset, piece.Bytes.Span);
            }

            kept += state == states ? 1 : 0;
            lost += state == states ? 0 : 1;
        }

        return (kept, lost);
    }

    private static IEnumerable<Piece> Pieces(PendingWrite write)
    {
        for (var done = 0; done < write.Bytes.Length;)
        {
            var offset = write.Offset + done;
            var length = (int)Math.Min(write.Bytes.Length - done, SectorSize - (offset % SectorSize));
            yield return new Piece(offset / SectorSize, offset, write.Bytes.AsMemory(done, length));
            done += length;
        }
    }

    private static void Put(ref byte[] contents, long offset, ReadOnlySpan<byte> bytes)
    {
        if (contents.Length < offset + bytes.Length)
        {
            Array.Resize(ref contents, checked((int)(offset + bytes.Length)));
        }

        bytes.CopyTo(contents.AsSpan((int)offset));
    }
}
