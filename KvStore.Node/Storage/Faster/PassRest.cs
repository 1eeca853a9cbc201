namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Lets who goes through the data log rest again and again, so that a long way takes no processor from lanes and connections for longer than they
/// would notice. One for each page or compaction, one thread.
/// </summary>
internal sealed class PassRest
{
    /// <summary>After so much work.</summary>
    public static readonly TimeSpan Work = TimeSpan.FromMilliseconds(1);

    /// <summary>In one page: half a second. Who asked for it waits some seconds, and then begins anew.</summary>
    public const int RestsMax = 250;

    /// <summary>What is rested then in a page: of one processor it takes a third.</summary>
    private static readonly TimeSpan RestInPage = TimeSpan.FromMilliseconds(2);

    /// <summary>And in compaction, as a multiple of the work, because several members may have to compact at the same time: it takes a tenth.</summary>
    private const int RestsOfWork = 9;

    private static readonly TimeSpan RestInCompactionMost = TimeSpan.FromMilliseconds(100);

    /// <summary>Small records between two looks at the time: some tens of microseconds.</summary>
    private const int RecordsPerLook = 64;

    /// <summary>Of a record that count as one more.</summary>
    private const int BytesPerRecord = 4096;

    private readonly bool _isPage;
    private readonly Func<bool> _mustHurry;
    private readonly TimeProvider _time;
    private readonly object _gate = new();
    private long _since;
    private int _records;

    private PassRest(bool isPage, Func<bool> mustHurry, TimeProvider time)
    {
        (_isPage, _mustHurry, _time) = (isPage, mustHurry, time);
        _since = time.GetTimestamp();
    }

    /// <summary>How often it has rested.</summary>
    public int Rests { get; private set; }

    /// <param name="mustHurry">Asked before each rest: whether somebody waits for the page, or to read another.</param>
    public static PassRest ForPage(Func<bool> mustHurry, TimeProvider time) => new(isPage: true, mustHurry, time);

    /// <param name="mustHurry">Asked before each rest: whether writers will soon have to wait for what comes after it.</param>
    public static PassRest ForCompaction(Func<bool> mustHurry, TimeProvider time) => new(isPage: false, mustHurry, time);

    /// <summary>Call for each record that is met, while no lane is held.</summary>
    /// <param name="bytes">Of the record, where they are copied.</param>
    public void Met(CancellationToken cancellationToken, int bytes = 0)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _records += 1 + (bytes / BytesPerRecord);
        if (_records < RecordsPerLook)
        {
            return;
        }

        _records = 0;
        TimeSpan worked = _time.GetElapsedTime(_since);
        if (worked < Work)
        {
            return;
        }

        if (!(_isPage && Rests == RestsMax) && !_mustHurry())
        {
            Rests++;
            TimeSpan inCompaction = worked * RestsOfWork;
            lock (_gate)
            {
                Monitor.Wait(_gate, _isPage ? RestInPage : inCompaction < RestInCompactionMost ? inCompaction : RestInCompactionMost);
            }
        }

        _since = _time.GetTimestamp();
    }
}
