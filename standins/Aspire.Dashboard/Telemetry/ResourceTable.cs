using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <summary>Who has sent telemetry. One object for each, however often it names itself.</summary>
public sealed class ResourceTable(TelemetryLimits limits)
{
    private readonly Lock _sync = new();
    private readonly Dictionary<(string Service, string Instance), TelemetryResource> _resources = [];
    private ImmutableArray<TelemetryResource> _all = [];
    private TelemetryResource? _overflow;

    /// <summary>In the order of arrival.</summary>
    public ImmutableArray<TelemetryResource> All
    {
        get
        {
            lock (_sync)
            {
                return _all;
            }
        }
    }

    /// <summary>Beyond the limit all are one, called "others".</summary>
    public TelemetryResource Find(ImmutableArray<Field> attributes)
    {
        var service = attributes.First("service.name") is { Length: > 0 } name ? name : "unknown";
        var instance = attributes.First("service.instance.id") ?? "";
        lock (_sync)
        {
            if (_resources.TryGetValue((service, instance), out var known))
            {
                return known;
            }

            if (_resources.Count >= limits.ResourcesMax)
            {
                return _overflow ??= Add(new TelemetryResource(_all.Length, "others", "", []));
            }

            var added = Add(new TelemetryResource(_all.Length, service, instance, attributes));
            _resources.Add((service, instance), added);
            return added;
        }
    }

    private TelemetryResource Add(TelemetryResource resource)
    {
        _all = _all.Add(resource);
        return resource;
    }
}
