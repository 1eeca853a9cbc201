using System.Diagnostics;
using OpenTelemetry;

namespace KvStore.Tests.ServiceDefaults.Telemetry;

/// <summary>Keeps the recorded spans a test is about, in the order they ended.</summary>
internal sealed class SpanList(Predicate<Activity> isOurs) : BaseProcessor<Activity>
{
    private readonly List<Activity> _spans = [];

    public IReadOnlyList<Activity> All
    {
        get
        {
            lock (_spans)
            {
                return [.. _spans];
            }
        }
    }

    public IEnumerable<string> Names => All.Select(span => span.DisplayName);

    public override void OnEnd(Activity data)
    {
        if (data.Recorded && isOurs(data))
        {
            lock (_spans)
            {
                _spans.Add(data);
            }
        }
    }
}
