using FASTER.core;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Goes through the data log for one pass, up to the pass's end, and stops where a page is full. What it has met by then and
/// not given out it keeps, so that the next page goes on without reading anything of the log again.
/// </summary>
internal sealed class PassReader : IDisposable
{
    private readonly OpenPass _pass;
    private readonly long _end;
    private readonly DataLogRecords _records;
    private readonly PassCandidates _candidates;

    /// <param name="from">Where it begins, unless the log begins later.</param>
    public PassReader(DataLog log, IReadOnlyList<LaneRecords> lanes, OpenPass pass, long from)
    {
        _pass = pass;
        _end = pass.End;
        _records = new DataLogRecords(log, Math.Max(log.BeginAddress, from), _end);
        _candidates = new PassCandidates(log, lanes);
    }

    public OpenPass Pass => _pass;

    /// <summary>Whether it can go on from an address to the pass's end.</summary>
    public bool StandsAt(long address) =>
        _end == _pass.End && !_records.IsBehind && (_candidates.First?.Address ?? _records.NextAddress) == address;

    /// <param name="start">Where it stands.</param>
    /// <returns>Where the page was full, or null once it is at the end.</returns>
    public PassCursor? Read(PassCursor start, PassPageBuilder page, PassRest rest, CancellationToken cancellationToken)
    {
        if (_candidates.First is not null && _candidates.MoveTo(page) is { } first)
        {
            return first;
        }

        while (_records.MoveNext(out RecordInfo info))
        {
            rest.Met(cancellationToken);
            if (!info.Tombstone && _pass.Slots(Slots.Of(_records.Key)))
            {
                Key key = new(_records.Key.ToArray());
                _candidates.Add(key, _records.Address, start with { Address = _records.Address }, key.Length + _records.Value.Length);
                if (_candidates.AreEnoughFor(page) && _candidates.MoveTo(page) is { } cut)
                {
                    return cut;
                }
            }
        }

        return _candidates.MoveTo(page);
    }

    public void Dispose()
    {
        _records.Dispose();
        _candidates.Dispose();
    }
}
