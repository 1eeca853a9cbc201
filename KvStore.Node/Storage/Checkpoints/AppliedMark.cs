namespace KvStore.Node.Storage.Checkpoints;

/// <summary>
/// How far the log is applied without a gap. Lanes apply each in its own time, so the highest number applied says nothing of
/// those below it; a checkpoint may only claim what is applied throughout. Safe for any thread.
/// </summary>
/// <param name="through">Everything up to here is applied.</param>
internal sealed class AppliedMark(long through)
{
    private const int BitsPerWord = 64;

    private readonly Lock _gate = new();

    // Bit n of the ring, modulo its size, is log number n; as long as what was appended and is not applied, which lanes bound.
    private ulong[] _ring = new ulong[16];
    private long _through = through;

    /// <summary>Every log number up to this one is applied.</summary>
    public long Through
    {
        get
        {
            lock (_gate)
            {
                return _through;
            }
        }
    }

    public void Add(long lsn)
    {
        lock (_gate)
        {
            if (lsn <= _through)
            {
                return;
            }

            while (lsn - _through > Bits)
            {
                Grow();
            }

            Word(lsn) |= Bit(lsn);
            while ((Word(_through + 1) & Bit(_through + 1)) != 0)
            {
                Word(_through + 1) &= ~Bit(_through + 1);
                _through++;
            }
        }
    }

    private long Bits => (long)_ring.Length * BitsPerWord;

    private static ulong Bit(long lsn) => 1UL << (int)(lsn % BitsPerWord);

    private ref ulong Word(long lsn) => ref _ring[lsn / BitsPerWord % _ring.Length];

    private void Grow()
    {
        ulong[] before = _ring;
        long bits = Bits;
        _ring = new ulong[before.Length * 2];
        for (long lsn = _through + 1; lsn <= _through + bits; lsn++)
        {
            if ((before[lsn / BitsPerWord % before.Length] & Bit(lsn)) != 0)
            {
                Word(lsn) |= Bit(lsn);
            }
        }
    }
}
