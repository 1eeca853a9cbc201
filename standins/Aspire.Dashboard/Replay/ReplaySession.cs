using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Replay;

/// <summary>The replay that one visitor looks at, from page to page; by default there is none, and what is shown is live.</summary>
internal sealed class ReplaySession(TelemetryStore store, TimeProvider time)
{
    /// <summary>Null while what is shown is live.</summary>
    public ReplayClock? Clock { get; private set; }

    public long Now => UnixNanos.Of(time.GetUtcNow());

    /// <summary>What the clock shows; null while what is shown is live.</summary>
    public long? Position => Clock?.At(Now);

    /// <summary>What is to be shown now.</summary>
    public TelemetryView View => new(store, Position);

    public void Set(ReplayClock? clock) => Clock = clock;

    /// <summary>Takes what an address says, unless that is the clock that goes already.</summary>
    public void Take(string? text)
    {
        if (text != Clock?.ToText())
        {
            Clock = ReplayClock.FromText(text, Now);
        }
    }
}
