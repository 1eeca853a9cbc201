using System.Collections.Immutable;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Display;

/// <summary>How many errors each resource has logged since somebody looked at its logs.</summary>
internal sealed class UnreadErrors(TelemetryStore store)
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, long> _seen = new(StringComparer.OrdinalIgnoreCase);
    private (long Version, ImmutableDictionary<string, int> Counts) _counts = (-1, []);

    /// <summary>By service.</summary>
    public ImmutableDictionary<string, int> Counts()
    {
        lock (_sync)
        {
            var version = store.Logs.Version;
            if (_counts.Version != version)
            {
                _counts = (version, store.Logs.All()
                    .Where(log => log.Level >= LogLevel.Error && log.Number > _seen.GetValueOrDefault(log.Resource.Service))
                    .GroupBy(log => log.Resource.Service, StringComparer.OrdinalIgnoreCase)
                    .ToImmutableDictionary(group => group.Key, group => group.Count(), StringComparer.OrdinalIgnoreCase));
            }

            return _counts.Counts;
        }
    }

    /// <param name="resource">A service; null for all.</param>
    public void Seen(string? resource)
    {
        lock (_sync)
        {
            if (store.Logs.All() is [.., var newest])
            {
                foreach (var service in store.Resources.All.Where(one => resource is null || one.IsNamed(resource)).Select(one => one.Service))
                {
                    _seen[service] = newest.Number;
                }
            }

            _counts = (-1, []);
        }
    }
}
