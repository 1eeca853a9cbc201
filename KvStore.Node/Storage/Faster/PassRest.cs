namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Lets who goes through the data log rest again and again, so that a long way takes no processor from lanes and connections for longer than they
/// would notice. One for each page, one thread.
/// </summary>
/// <param name="mustHurry">Asked before each rest: whether somebody waits for the page, or to read another.</param>
internal sealed class PassRest(Func<bool> mustHurry, TimeProvider time)
{
    /// <summary>After so much work.</summary>
    public static readonly TimeSpan Work = TimeSpan.FromMilliseconds(1);

    /// <summary>What it rests then: of one processor it takes a third.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(2);

    /// <summary>In one page: half a second. Who asked for it waits some seconds, and then begins anew.</summary>
    public const int RestsMax = 250;

    /// <summary>Records between two looks at the time: some tens of microseconds.</summary>
    private const int RecordsPerLook = 64;

    private readonly object _gate = new();
    private long _since = time.GetTimestamp();
    private int _records;

    /// <summary>How often it has rested.</summary>
    public int Rests { get; private set; }

    /// <summary>Call for each record that is met, while no lane is held.</summary>
    public void Met(CancellationToken cancellationToken)
    {
        if (++_records % RecordsPerLook != 0)
        {
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (time.GetElapsedTime(_since) < Work)
        {
            return;
        }

        if (Rests < RestsMax && !mustHurry())
        {
            Rests++;
            lock (_gate)
            {
                Monitor.Wait(_gate, Rest);
            }
        }

        _since = time.GetTimestamp();
    }
}
