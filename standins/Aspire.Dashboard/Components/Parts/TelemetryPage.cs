using Aspire.Dashboard.Replay;
using Aspire.Dashboard.Telemetry;
using Microsoft.AspNetCore.Components;

namespace Aspire.Dashboard.Components.Parts;

/// <summary>
/// A page that shows telemetry as it is, or as it was at the time of a replay: then it draws itself anew as the clock goes on. The
/// replay is in the address, and goes along from page to page.
/// </summary>
public abstract class TelemetryPage : LivePage
{
    private const long WindowLength = 5 * 60 * UnixNanos.PerSecond;

    [SupplyParameterFromQuery(Name = "replay")]
    private string? Replay { get; set; }

    [Inject]
    internal TelemetryStore Store { get; set; } = null!;

    [Inject]
    internal ReplaySession Session { get; set; } = null!;

    protected bool IsReplaying => Session.Clock is not null;

    /// <summary>What is shown, replayed or live. Read once for each time that a page is drawn.</summary>
    protected TelemetryView View => Session.View;

    protected sealed override long Version => StoreVersion + (Session.Position ?? 0);

    /// <summary>Of the tables that the page shows.</summary>
    protected abstract long StoreVersion { get; }

    /// <summary>What is played where nobody has chosen: the last minutes of which anything is known.</summary>
    protected virtual (long From, long To) Window
    {
        get
        {
            var now = Session.Now;
            var newest = Math.Max(
                Store.Logs.All().Select(log => log.Time).DefaultIfEmpty().Max(),
                Store.Traces.Newest().Select(trace => trace.End).DefaultIfEmpty().Max());
            var to = newest == 0 || newest > now - WindowLength ? now : newest + UnixNanos.PerSecond;
            return (Math.Max(0, to - WindowLength), to);
        }
    }

    protected override void OnParametersSet()
    {
        if (Replay is null && Session.Clock is { } clock)
        {
            Show(("replay", clock.ToText())); // somebody followed a link
        }
        else
        {
            Session.Take(Replay);
        }

        if (IsPaused && IsReplaying)
        {
            TogglePause(); // of the two ways to wait, the clock's is left
        }

        base.OnParametersSet();
    }

    protected void BeginReplay()
    {
        var (from, to) = Window;
        GoTo(ReplayClock.Over(from, to, Session.Now));
    }

    /// <summary>Goes on with this clock; with none, back to what is live.</summary>
    protected void GoTo(ReplayClock? clock)
    {
        Session.Set(clock);
        Show(("replay", clock?.ToText()));
    }

    /// <summary>As long as somebody moves the clock, it is shown there and not in the address.</summary>
    protected void MoveTo(ReplayClock clock)
    {
        Session.Set(clock);
        Load();
    }
}
