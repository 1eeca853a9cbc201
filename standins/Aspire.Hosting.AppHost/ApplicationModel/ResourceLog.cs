using System.Collections.Immutable;
using System.Globalization;
using System.Threading.Channels;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The console of one resource: a ring of its newest lines and whoever watches it.</summary>
internal sealed class ResourceLog
{
    private const int LinesMax = 10_000;
    private const int UnseenLinesMax = 10_000;
    private const int BatchLinesMax = 500;

    private readonly Lock _sync = new();
    private readonly Queue<LogLine> _lines = new();
    private ImmutableArray<Channel<LogLine>> _watchers = [];
    private int _lastNumber;
    private bool _isComplete;

    public void Add(string text, bool isError)
    {
        lock (_sync)
        {
            var time = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            var line = new LogLine(++_lastNumber, $"{time} {text}", isError);
            if (_lines.Count == LinesMax)
            {
                _lines.Dequeue();
            }
            _lines.Enqueue(line);
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(line);
            }
        }
    }

    public IReadOnlyList<LogLine> Lines()
    {
        lock (_sync)
        {
            return [.. _lines];
        }
    }

    public void Clear()
    {
        lock (_sync)
        {
            _lines.Clear();
        }
    }

    public void Complete()
    {
        lock (_sync)
        {
            _isComplete = true;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryComplete();
            }
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync()
    {
        var lines = Channel.CreateBounded<LogLine>(
            new BoundedChannelOptions(UnseenLinesMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
        );
        lock (_sync)
        {
            foreach (var line in _lines)
            {
                lines.Writer.TryWrite(line);
            }
            if (_isComplete)
            {
                lines.Writer.TryComplete();
            }
            _watchers = _watchers.Add(lines);
        }
        try
        {
            while (await lines.Reader.WaitToReadAsync())
            {
                var batch = new List<LogLine>();
                while (batch.Count < BatchLinesMax && lines.Reader.TryRead(out var line))
                {
                    batch.Add(line);
                }
                yield return batch;
            }
        }
        finally
        {
            lock (_sync)
            {
                _watchers = _watchers.Remove(lines);
            }
        }
    }
}
