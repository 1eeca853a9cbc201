using FASTER.core;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// The record versions between two addresses, both of which begin a record or a page, in the order they were written. They are
/// read where they lie while they are in memory; once the next is on the disk only, through a buffer of one page of the log.
/// </summary>
/// <remarks>The beginning of the log may move between two records; whoever goes on after that calls <see cref="IsBehind"/> first.</remarks>
internal sealed class DataLogRecords : IDisposable
{
    private readonly DataLog _log;
    private readonly long _until;

    private IFasterScanIterator<SpanByte, SpanByte> _records;
    private bool _isBuffered;

    public DataLogRecords(DataLog log, long from, long until)
    {
        _log = log;
        _until = until;
        _isBuffered = from < log.HeadAddress;
        _records = log.Scan(from, until, _isBuffered);
    }

    /// <summary>Of the record that <see cref="MoveNext"/> came to.</summary>
    public long Address => _records.CurrentAddress;

    public ReadOnlySpan<byte> Key => _records.GetKey().AsReadOnlySpan();

    public ReadOnlySpan<byte> Value => _records.GetValue().AsReadOnlySpan();

    /// <summary>Where the record after that begins, or the page that it is in.</summary>
    public long NextAddress => _records.NextAddress;

    /// <summary>Whether what comes next has been forgotten, so that <see cref="MoveNext"/> would throw.</summary>
    public bool IsBehind => NextAddress < _log.BeginAddress;

    /// <returns>False when there is none left.</returns>
    /// <exception cref="FasterException">When the log no longer has it, or the disk did not give it.</exception>
    public bool MoveNext(out RecordInfo info)
    {
        if (!_isBuffered)
        {
            try
            {
                return _records.GetNext(out info);
            }
            catch (FasterException) when (NextAddress < _log.HeadAddress)
            {
                // It went to the disk since the record before.
                long next = NextAddress;
                _records.Dispose();
                _records = _log.Scan(next, _until, isBuffered: true);
                _isBuffered = true;
            }
        }

        return _records.GetNext(out info);
    }

    public void Dispose() => _records.Dispose();
}
