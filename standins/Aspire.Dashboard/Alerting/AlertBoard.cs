using System.Collections.Immutable;

namespace Aspire.Dashboard.Alerting;

/// <summary>
/// How all rules stand, and the newest changes of that.
///
/// <code>
/// TelemetryStore, ResourceBoard ──AlertReadings──► AlertStatus.Next ──► AlertBoard ──► pages, the badge, /api/alerts
///                               AlertLoop: every few seconds
/// </code>
///
/// Nothing is remembered between two tries but who met a condition since when; telemetry that is imported, or was kept over a
/// restart, is too old to count and fires nothing.
/// </summary>
internal sealed class AlertBoard(AlertRuleStore rules)
{
    /// <summary>Changes that are kept; the oldest goes.</summary>
    public const int HistoryMax = 1_000;

    private readonly Lock _sync = new();
    private readonly Queue<AlertChange> _history = new();
    private ImmutableArray<AlertStatus> _all = [];
    private long _version;
    private long _lastNumber;
    private long _lastFired;
    private long _seen;

    public AlertRuleStore Rules => rules;

    public long Version => Volatile.Read(ref _version);

    /// <summary>In the order of the rules; none before the first try.</summary>
    public ImmutableArray<AlertStatus> All
    {
        get
        {
            lock (_sync)
            {
                return _all;
            }
        }
    }

    public int Firing => All.Count(status => status.State == AlertState.Firing);

    /// <summary>Whether a rule has come to fire since somebody looked.</summary>
    public bool HasUnread
    {
        get
        {
            lock (_sync)
            {
                return _lastFired > _seen;
            }
        }
    }

    /// <summary>The newest first.</summary>
    public ImmutableArray<AlertChange> History()
    {
        lock (_sync)
        {
            return [.. _history.Reverse()];
        }
    }

    public void Seen()
    {
        lock (_sync)
        {
            if (_seen != _lastFired)
            {
                _seen = _lastFired;
                _version++;
            }
        }
    }

    /// <summary>Tries every rule once.</summary>
    /// <param name="read">What a rule finds now.</param>
    /// <param name="now">Nanoseconds since 1970.</param>
    public void Try(Func<AlertRule, IReadOnlyCollection<AlertReading>> read, long now)
    {
        var known = All.ToDictionary(status => status.Rule.Id);
        ImmutableArray<AlertStatus> next =
        [
            // A rule that was changed begins anew: since when the old one was met says nothing of it.
            .. rules.All.Select(rule => (known.TryGetValue(rule.Id, out var status) && status.Rule == rule ? status : AlertStatus.Begin(rule, now)).Next(read(rule), now)),
        ];
        lock (_sync)
        {
            foreach (var status in next)
            {
                Keep(known.TryGetValue(status.Rule.Id, out var before) ? before.State : AlertState.NoData, status, now);
            }

            _all = next;
            _version++;
        }
    }

    private void Keep(AlertState before, AlertStatus status, long now)
    {
        // That figures come and go where nothing is amiss is no news.
        if (before == status.State || (IsCalm(before) && IsCalm(status.State)))
        {
            return;
        }

        if (_history.Count == HistoryMax)
        {
            _history.Dequeue();
        }

        _history.Enqueue(new AlertChange(++_lastNumber, now, status, before));
        _lastFired = status.State == AlertState.Firing ? _lastNumber : _lastFired;
    }

    private static bool IsCalm(AlertState state) => state is AlertState.Ok or AlertState.NoData or AlertState.Off;
}
