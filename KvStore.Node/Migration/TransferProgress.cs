using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;

namespace KvStore.Node.Migration;

/// <summary>Counts what a member takes over in one change. Any thread.</summary>
/// <param name="complete">Shows others that it goes on.</param>
internal sealed class TransferProgress(CompleteSlots complete, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<MemberId, SourceFigures> _sources = [];
    private Epoch _epoch;
    private long _began;
    private long _ended;
    private int _slots;
    private int _complete;
    private int? _missing;
    private long _settled;

    /// <param name="done">Of them, complete already.</param>
    public void Begin(Epoch epoch, int slots, int done)
    {
        lock (_lock)
        {
            if (epoch != _epoch)
            {
                _sources.Clear();
                _settled = 0;
                _missing = null;
                _began = time.GetTimestamp();
                _ended = 0;
            }

            (_epoch, _slots) = (epoch, slots);
            SetComplete(done);
        }
    }

    public void Completed(int done, int? missing)
    {
        lock (_lock)
        {
            MigrationMetrics.Slots.Add(done - _complete);
            SetComplete(done);
            _missing = missing ?? _missing;
        }
    }

    public void Took(MemberId source, long keys, long bytes)
    {
        lock (_lock)
        {
            SourceFigures figures = _sources.GetValueOrDefault(source);
            _sources[source] = new SourceFigures(source, figures.Keys + keys, figures.Bytes + bytes);
        }

        complete.Take(keys + bytes);
        MigrationMetrics.Keys.Add(keys);
        MigrationMetrics.Bytes.Add(bytes);
    }

    /// <summary>What was taken is still paid for, which may take longer than others wait for who does nothing.</summary>
    public void GoesOn() => complete.Take(1);

    public void Settled(long keys)
    {
        lock (_lock)
        {
            _settled += keys;
        }

        complete.Take(keys);
        MigrationMetrics.KeysSettled.Add(keys);
    }

    public MigrationReport Report()
    {
        lock (_lock)
        {
            long bytes = _sources.Values.Sum(source => source.Bytes);
            double seconds = _began == 0 ? 0 : time.GetElapsedTime(_began, _ended == 0 ? time.GetTimestamp() : _ended).TotalSeconds;
            TimeSpan? left = _complete == 0 || _slots == 0 ? null : TimeSpan.FromSeconds(seconds * (_slots - _complete) / _complete);
            return new MigrationReport(
                _epoch,
                _slots,
                _complete,
                _missing,
                _sources.Values.Sum(source => source.Keys),
                _settled,
                bytes,
                seconds > 0 ? bytes / seconds : 0,
                _ended != 0 ? TimeSpan.Zero : left,
                [.. _sources.Values.OrderBy(source => source.Source)]);
        }
    }

    /// <summary>Under the lock.</summary>
    private void SetComplete(int done)
    {
        _complete = done;
        if (_complete == _slots && _ended == 0)
        {
            _ended = time.GetTimestamp();
        }
    }
}
