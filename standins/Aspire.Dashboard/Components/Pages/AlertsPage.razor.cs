using Aspire.Dashboard.Alerting;
using Aspire.Dashboard.Components.Parts;
using Aspire.Dashboard.Telemetry;
using Microsoft.AspNetCore.Components;

namespace Aspire.Dashboard.Components.Pages;

/// <summary>The rules, how each stands, and what has changed. What is edited is in the address.</summary>
public sealed partial class AlertsPage : LivePage
{
    private const string New = "new";
    private const int ShownMax = 100;

    private List<AlertStatus> _all = [];
    private List<AlertStatus> _shown = [];
    private IReadOnlyList<AlertChange> _history = [];
    private AlertRule? _edited;

    [SupplyParameterFromQuery(Name = "text")]
    private string? Text { get; set; }

    /// <summary>Id of a rule, or <see cref="New"/>.</summary>
    [SupplyParameterFromQuery(Name = "edit")]
    private string? Edited { get; set; }

    /// <summary>What a new rule is to watch.</summary>
    [SupplyParameterFromQuery(Name = "instrument")]
    private string? Instrument { get; set; }

    [SupplyParameterFromQuery(Name = "subject")]
    private string? Subject { get; set; }

    [SupplyParameterFromQuery(Name = "resource")]
    private string? Resource { get; set; }

    [Inject]
    internal AlertBoard Board { get; set; } = null!;

    protected override long Version => Board.Version;

    private string Summary => Board.Firing is var firing && firing == 0 ? $"{_all.Count(status => status.Rule.IsOn)} rules on, none firing" : $"{firing} firing";

    protected override void Load()
    {
        var known = Board.All.ToDictionary(status => status.Rule);
        var now = UnixNanos.Of(Time.GetUtcNow());
        _all = [.. Board.Rules.All.Select(rule => known.GetValueOrDefault(rule) ?? AlertStatus.Begin(rule, now))];
        _shown =
        [
            .. _all.Where(status => Text is null || status.Rule.Name.Contains(Text, StringComparison.OrdinalIgnoreCase)
                    || status.Rule.Describe("").Contains(Text, StringComparison.OrdinalIgnoreCase))
                .OrderBy(status => PlaceOf(status.State)),
        ];
        _history = Board.History();
        _edited = Edited == New ? Draft() : Board.Rules.All.FirstOrDefault(rule => rule.Id == Edited);
        if (RendererInfo.IsInteractive)
        {
            Board.Seen();
        }
    }

    private AlertRule Draft() => new()
    {
        Id = _edited is { } draft && Board.Rules.All.All(rule => rule.Id != draft.Id) ? draft.Id : Guid.NewGuid().ToString("N"),
        Name = Instrument ?? "",
        Subject = Enum.TryParse<AlertSubject>(Subject, out var subject) && Enum.IsDefined(subject) ? subject : AlertSubject.MetricValue,
        Instrument = Instrument,
        Resource = Resource,
        HoldSeconds = 30,
    };

    private void Edit(AlertRule rule) => Show(("edit", rule.Id == Edited ? null : rule.Id), ("instrument", null), ("subject", null), ("resource", null));

    private void Close() => Show(("edit", null), ("instrument", null), ("subject", null), ("resource", null));

    private void Toggle(AlertRule rule)
    {
        Board.Rules.Put(rule with { IsOn = !rule.IsOn });
        Load();
    }

    /// <summary>What somebody must see stands first.</summary>
    private static int PlaceOf(AlertState state) => state switch
    {
        AlertState.Firing => 0,
        AlertState.Pending => 1,
        AlertState.Resolved => 2,
        AlertState.Ok => 3,
        AlertState.NoData => 4,
        _ => 5,
    };

    private static string IconOf(AlertRule rule) => rule.Subject switch
    {
        AlertSubject.Logs => "logs",
        AlertSubject.FailedSpans => "traces",
        AlertSubject.ResourceUnhealthy or AlertSubject.ResourceNotRunning => "resources",
        _ => "metrics",
    };
}
